// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "specdoc:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	root, err := repository()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return fmt.Errorf("want one argument: comments or pages")
	}
	var files map[string][]byte
	switch args[0] {
	case "comments":
		files, err = comments(root)
	case "pages":
		files, err = pages()
	default:
		return fmt.Errorf("unknown argument %q: want comments or pages", args[0])
	}
	if err != nil {
		return err
	}
	for name, data := range files {
		place := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(place, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// repository returns the nearest directory with a go.mod file, from the working
// directory upwards.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", fmt.Errorf("no go.mod in the working directory or above")
		}
		dir = filepath.Dir(dir)
	}
}
