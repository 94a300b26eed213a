// SPDX-License-Identifier: Apache-2.0

package logging_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/logging"
)

func TestParseLevels(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want logging.Levels
		err  string
	}{
		"empty means the default":      {"", logging.Levels{Default: slog.LevelInfo, Of: map[string]slog.Level{}}, ""},
		"one level for all":            {"warn", logging.Levels{Default: slog.LevelWarn, Of: map[string]slog.Level{}}, ""},
		"level of a component":         {"warn,observer=debug", logging.Levels{Default: slog.LevelWarn, Of: map[string]slog.Level{"observer": slog.LevelDebug}}, ""},
		"only a component":             {"api=error", logging.Levels{Default: slog.LevelInfo, Of: map[string]slog.Level{"api": slog.LevelError}}, ""},
		"spaces and case are ignored":  {" WARN , api = Debug ", logging.Levels{Default: slog.LevelWarn, Of: map[string]slog.Level{"api": slog.LevelDebug}}, ""},
		"unknown level":                {"loud", logging.Levels{}, `unknown log level "loud"`},
		"unknown level of a component": {"api=loud", logging.Levels{}, `unknown log level "loud"`},
		"unknown component":            {"info,queu=debug", logging.Levels{}, `unknown log component "queu"`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := logging.ParseLevels(tc.text, slog.LevelInfo)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Errorf("error %v, want %s", err, tc.err)
				}
				return
			}
			if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestLevelsOfComponents(t *testing.T) {
	levels, err := logging.ParseLevels("warn,observer=debug,api=error", slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log, err := logging.New(&out, "json", levels)
	if err != nil {
		t.Fatal(err)
	}
	log.Info("no")
	log.Warn("plain")
	logging.Of(log, "observer").Debug("observed")
	logging.Of(log, "observer").With("key", "k").Debug("observed of a key")
	logging.Of(log, "api").Warn("no")
	logging.Of(log, "api").Error("served")
	logging.Of(log, "controller").Info("no")
	logging.Of(log, "controller").WithGroup("g").With("component", "observer").Warn("grouped")
	logging.Of(log, "controller").WithGroup("g").With("component", "observer").Debug("no")
	var got []string
	for line := range strings.Lines(out.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		got = append(got, record["msg"].(string))
	}
	if diff := cmp.Diff([]string{"plain", "observed", "observed of a key", "served", "grouped"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFormats(t *testing.T) {
	for format, want := range map[string]string{
		"text": `level=INFO msg=hello component=api n=1 took=1.5s`, "json": `"level":"INFO","msg":"hello","component":"api","n":1,"took":"1.5s"}`, "xml": "",
	} {
		var out bytes.Buffer
		log, err := logging.New(&out, format, logging.Levels{})
		if want == "" {
			if err == nil {
				t.Errorf("format %s is accepted", format)
			}
			continue
		}
		logging.Of(log, "api").Info("hello", "n", 1, "took", 1500*time.Millisecond)
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s: %s", format, out.String())
		}
	}
}
