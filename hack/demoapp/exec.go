// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// say prints its arguments and returns the exit code of -exit.
func say(_ context.Context, args []string) error {
	flags := flag.NewFlagSet("say", flag.ContinueOnError)
	toStderr := flags.String("stderr", "", "text for standard error")
	exit := flags.Int("exit", 0, "exit code")
	if err := flags.Parse(args); err != nil {
		return exitError(2)
	}
	if words := flags.Args(); len(words) > 0 {
		fmt.Println(strings.Join(words, " "))
	}
	if *toStderr != "" {
		fmt.Fprintln(os.Stderr, *toStderr)
	}
	return exitError(*exit)
}

func copyInput(context.Context, []string) error {
	_, err := io.Copy(os.Stdout, os.Stdin)
	return err
}

// show prints "uid:gid mode content" for each file.
func show(_ context.Context, paths []string) error {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		owner := info.Sys().(*syscall.Stat_t)
		fmt.Printf("%d:%d %#o %s\n", owner.Uid, owner.Gid, owner.Mode&0o7777, content)
	}
	return nil
}

func value(_ context.Context, names []string) error {
	for _, name := range names {
		fmt.Println(os.Getenv(name))
	}
	return nil
}

// term prints "WIDTHxHEIGHT" of the terminal as soon as both are set.
func term(ctx context.Context, _ []string) error {
	for ctx.Err() == nil {
		var size struct{ rows, columns, x, y uint16 }
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, os.Stdout.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
		if errno != 0 {
			return errno
		}
		if size.rows != 0 {
			fmt.Printf("%dx%d\n", size.columns, size.rows)
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return ctx.Err()
}

// eat allocates memory until the process is killed.
func eat(ctx context.Context, _ []string) error {
	var all [][]byte
	for ctx.Err() == nil {
		page := make([]byte, 1<<20)
		for i := range page {
			page[i] = 1
		}
		all = append(all, page)
	}
	return fmt.Errorf("allocated %d MiB", len(all))
}
