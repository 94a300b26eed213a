// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"strings"
)

// OtherFiles lists the files of other tools in one directory. Their names end as the
// names of manifests do, but they have neither the apiVersion nor the fields of one.
type OtherFiles struct {
	// Dir is the path of the directory relative to the watched directory, "." for
	// that one.
	Dir string
	// Files is sorted by name.
	Files []OtherFile
}

// OtherFile is a file of another tool.
type OtherFile struct {
	// Name is the name in the directory. Tool is the type of the file, such as
	// "Compose file"; empty if it is not known.
	Name, Tool string
}

// maxOtherFiles is the maximum number of files that a line lists.
const maxOtherFiles = 3

// String returns the files in one line. It names the files of known types first.
func (o OtherFiles) String() string {
	var named, others []string
	for _, f := range o.Files {
		if f.Tool != "" {
			named = append(named, f.Name+" ("+f.Tool+")")
		} else {
			others = append(others, f.Name)
		}
	}
	list := append(named, others...)
	if more := len(list) - maxOtherFiles; more > 0 {
		list = append(list[:maxOtherFiles], fmt.Sprintf("%d more", more))
	}
	text := fmt.Sprintf("%d files are not manifests", len(o.Files))
	if len(o.Files) == 1 {
		text = "1 file is not a manifest"
	}
	return o.Dir + ": " + text + ": " + strings.Join(list, ", ")
}
