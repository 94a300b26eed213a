// SPDX-License-Identifier: Apache-2.0

package main

import (
	_ "embed"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed idioms.txt
var idioms string

func main() {
	report := flag.Bool("report", false, "exit with 0 even if there are findings")
	flag.Parse()
	list, err := parseList(idioms)
	if err == nil {
		var n int
		n, err = run(os.DirFS("."), list, os.Stdout)
		if err == nil && n > 0 && !*report {
			os.Exit(1)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(2)
	}
}

// run prints the findings in the files of tree, and their number, to out. It
// returns that number, and an error if a file cannot be read or parsed.
func run(tree fs.FS, list *list, out io.Writer) (int, error) {
	found, files := 0, 0
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipped(d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		extract := extractor(name)
		if extract == nil {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := extract(name, string(source))
		if err != nil {
			return err
		}
		files++
		for _, f := range check(file, list) {
			found++
			fmt.Fprintf(out, "%s:%d: %s\n", filepath.FromSlash(name), f.line, f.message)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(out, "%d files, %d findings\n", files, found)
	return found, nil
}

// skipped reports whether a folder has no text of this project.
func skipped(folder string) bool {
	switch folder {
	case ".", ".github", ".ci":
		return false
	case "bin":
		return true
	}
	return strings.HasPrefix(folder, ".")
}

// extractor returns the function that finds the text in the named file, and nil
// if such files are not checked.
func extractor(name string) func(name, source string) (*text, error) {
	switch filepath.Ext(name) {
	case ".go":
		return goText
	case ".md":
		return markdownText
	case ".sh", ".yml", ".yaml", ".txtar":
		return plainText
	}
	if name == "Makefile" || name == ".ci/run" {
		return plainText
	}
	return nil
}
