// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: engines RESULTS DOCUMENT")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "engines:", err)
		os.Exit(1)
	}
}

// write writes the document about all results in a folder. Engines without
// results are listed as not run.
func write(folder, document string) error {
	var all []result
	for _, engine := range engines {
		file, err := os.Open(filepath.Join(folder, engine+".json"))
		if os.IsNotExist(err) {
			all = append(all, result{Engine: engine, Unavailable: "not run"})
			continue
		}
		if err != nil {
			return err
		}
		r, err := read(file)
		_ = file.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
		all = append(all, r)
	}
	return os.WriteFile(document, []byte(render(all)), 0o644)
}
