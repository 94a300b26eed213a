// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const usage = `usage: demoapp COMMAND [FLAGS]

  http    serve HTTP: /, /env, /healthz, POST /health/on, POST /health/off
  tcp     serve TCP: echo the input
  job     work, then exit
  crash   run, then exit with 1
  sleep   wait for a stop signal
  health  probe an http:// URL or a host:port; exit 0 if it succeeds
  say     print the arguments, and exit with a code
  copy    copy the input to the output
  show    print owner, mode and content of files
  value   print environment variables
  eat     allocate memory until killed
  term    print the size of the terminal as soon as it is set
`

// exitError ends the process with a code and without a message.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:])
	var code exitError
	switch {
	case errors.As(err, &code):
		os.Exit(int(code))
	case err != nil:
		fmt.Fprintln(os.Stderr, "demoapp:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context, []string) error{
		"http": serveHTTP, "tcp": serveTCP, "job": job, "crash": crash, "sleep": sleep, "health": health,
		"say": say, "copy": copyInput, "show": show, "value": value, "term": term, "eat": eat,
	}
	if len(args) == 0 || commands[args[0]] == nil {
		fmt.Fprint(os.Stderr, usage)
		return exitError(2)
	}
	return commands[args[0]](ctx, args[1:])
}

// job runs for a while and exits. After a stop signal it returns exit code 143,
// like a process that the signal killed.
func job(ctx context.Context, args []string) error { return exitAfter(ctx, "job", args, 0) }

// crash is a job whose default exit code is 1.
func crash(ctx context.Context, args []string) error { return exitAfter(ctx, "crash", args, 1) }

func exitAfter(ctx context.Context, name string, args []string, code int) error {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	exit := flags.Int("exit", code, "exit code")
	after := flags.Duration("after", 0, "how long to run")
	if err := flags.Parse(args); err != nil {
		return exitError(2)
	}
	fmt.Printf("%s: exits with %d after %s\n", name, *exit, *after)
	select {
	case <-ctx.Done():
		return exitError(128 + int(syscall.SIGTERM))
	case <-time.After(*after):
		fmt.Printf("%s: done\n", name)
		return exitError(*exit)
	}
}

// sleep waits for a stop signal. With -ignore-term it waits until it is killed.
func sleep(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("sleep", flag.ContinueOnError)
	ignore := flags.Bool("ignore-term", false, "ignore SIGTERM and SIGINT")
	if err := flags.Parse(args); err != nil {
		return exitError(2)
	}
	fmt.Println("sleep: started")
	<-ctx.Done()
	if *ignore {
		fmt.Println("sleep: ignoring the stop signal")
		// An empty select would end the process, because the runtime detects a
		// deadlock if no goroutine can run.
		for {
			time.Sleep(time.Hour)
		}
	}
	fmt.Println("sleep: stopped")
	return nil
}
