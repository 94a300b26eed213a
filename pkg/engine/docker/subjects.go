// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"regexp"
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// subjects find what an error is about, by its code: the first group that
// matches.
var subjects = map[engine.Code][]*regexp.Regexp{
	engine.PortInUse: {
		regexp.MustCompile(`Bind for (\S+) failed`),
		regexp.MustCompile(`listen \w+ (\S+): bind`),
		regexp.MustCompile(`host port (?:for )?(\S+?:\d+)[:/]`),
		regexp.MustCompile(`exposing port \w+ (\S+:\d+)`),
	},
	engine.NameInUse: {regexp.MustCompile(`in use by container "?([0-9a-f]+)`)},
	engine.InUse:     {regexp.MustCompile(`volume is in use - \[([^\]]+)\]`)},
	engine.MountSourceMissing: {
		regexp.MustCompile(`path does not exist: (.+)`),
		regexp.MustCompile(`creating mount source path '([^']+)'`),
		regexp.MustCompile(`mounting "([^"]+)"`),
		regexp.MustCompile(`custom device "([^"]+)"`),
	},
	engine.MountDenied: {
		regexp.MustCompile(`The path (\S+)\s+is not shared`),
		regexp.MustCompile(`creating mount source path '([^']+)'`),
		regexp.MustCompile(`mounting "([^"]+)"`),
		regexp.MustCompile(`stat (\S+): permission denied`),
		regexp.MustCompile(`path (\S+) is mounted on`),
	},
	engine.CommandNotFound:      commandSubjects,
	engine.CommandNotExecutable: commandSubjects,
	engine.NetworkNotFound:      {regexp.MustCompile(`network (\S+) not found`)},
	engine.PeerUnavailable: {
		regexp.MustCompile(`(?i)no such container: (\S+)`),
		regexp.MustCompile(`container:? (\S+) is not running`),
		regexp.MustCompile(`non running container: (?:container )?(\S+)`),
	},
}

var commandSubjects = []*regexp.Regexp{
	regexp.MustCompile(`exec: "([^"]+)"`),
	regexp.MustCompile(`exec (/\S+?):? `),
}

// subjectOf is what a text is about; empty when it does not say.
func subjectOf(code engine.Code, text string) string {
	patterns := subjects[code]
	i := slices.IndexFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(text) })
	if i < 0 {
		return ""
	}
	return patterns[i].FindStringSubmatch(text)[1]
}
