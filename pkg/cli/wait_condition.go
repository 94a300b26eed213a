// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/jsonpath"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

// waitCondition is the condition that wait waits for: a status of a condition, the
// deletion of the object, or a value at a path.
type waitCondition struct {
	condition string
	status    metav1.ConditionStatus
	deleted   bool
	path      *jsonpath.JSONPath
	// text is the path as the user wrote it, value the expected value; empty accepts
	// any value.
	text, value string
}

// pathCondition matches a path, in braces or plain, with an optional value.
var pathCondition = regexp.MustCompile(`^(\{.*\}|[^={}]+)(?:=(.+))?$`)

func parseWaitCondition(s string) (waitCondition, error) {
	what, rest, _ := strings.Cut(s, "=")
	switch {
	case strings.EqualFold(s, "delete"):
		return waitCondition{deleted: true}, nil
	case what == "condition" && rest != "":
		return parseStatusCondition(rest)
	case what == "jsonpath" && pathCondition.MatchString(rest):
		parts := pathCondition.FindStringSubmatch(rest)
		path, err := printer.ParsePath(parts[1])
		return waitCondition{path: path, text: parts[1], value: strings.Trim(parts[2], `"`)}, err
	}
	return waitCondition{}, fmt.Errorf("unrecognized condition: %q: must be condition=TYPE[=STATUS], for example condition=Ready, or delete, or jsonpath='{PATH}'[=VALUE]", s)
}

func parseStatusCondition(text string) (waitCondition, error) {
	name, value, explicit := strings.Cut(text, "=")
	if err := checkConditionType(name); err != nil {
		return waitCondition{}, err
	}
	if !explicit {
		return waitCondition{condition: name, status: metav1.ConditionTrue}, nil
	}
	for _, status := range []metav1.ConditionStatus{metav1.ConditionTrue, metav1.ConditionFalse, metav1.ConditionUnknown} {
		if strings.EqualFold(value, string(status)) {
			return waitCondition{condition: name, status: status}, nil
		}
	}
	return waitCondition{}, fmt.Errorf("unrecognized status %q of condition %s: must be true, false or unknown", value, name)
}

// checkConditionType returns an error if there is no condition of a type, because
// the wait for it would never end. Case is not significant.
func checkConditionType(name string) error {
	var known []string
	for _, t := range v1alpha1.ConditionTypes() {
		if strings.EqualFold(string(t), name) {
			return nil
		}
		known = append(known, string(t))
	}
	hint := cmp.Or(spelling.Suggest(name, known), "must be one of "+strings.Join(known, ", "))
	return fmt.Errorf("unknown condition type %q: %s", name, hint)
}

// String returns the condition for messages.
func (w waitCondition) String() string {
	switch {
	case w.deleted:
		return "deletion"
	case w.path != nil && w.value == "":
		return "jsonpath " + w.text
	case w.path != nil:
		return "jsonpath " + w.text + "=" + w.value
	case w.status == metav1.ConditionTrue:
		return "condition " + w.condition
	}
	return "condition " + w.condition + "=" + string(w.status)
}

// met reports whether an existing object meets the condition.
func (w waitCondition) met(o *v1alpha1.Object) (bool, error) {
	switch {
	case w.deleted:
		return false, nil
	case w.path != nil:
		return w.matchesPath(o)
	}
	for _, c := range o.Status.Conditions {
		if strings.EqualFold(c.Type, w.condition) {
			return c.Status == w.status, nil
		}
	}
	// Conditions of abnormal states are absent while they are false.
	return w.status == metav1.ConditionFalse && len(o.Status.Conditions) > 0, nil
}

// matchesPath reports whether the object has the expected value at the path. It
// returns an error when there are several values.
func (w waitCondition) matchesPath(o *v1alpha1.Object) (bool, error) {
	object, err := printer.Generic(o)
	if err != nil {
		return false, err
	}
	values, err := printer.ValuesAt(w.path, object)
	switch {
	case err != nil || len(values) == 0:
		return false, err
	case w.value == "":
		return true, nil
	case len(values) > 1:
		return false, fmt.Errorf("%s has %d values: use a path to a single value to compare with %s", w.text, len(values), w.value)
	}
	return fmt.Sprint(values[0]) == w.value, nil
}

// hopeless reports whether the object is Stalled, so that the condition becomes true
// only after a change by the user.
func (w waitCondition) hopeless(o *v1alpha1.Object) bool {
	return w.status == metav1.ConditionTrue && v1alpha1.IsConditionTrue(o.Status.Conditions, v1alpha1.ConditionStalled)
}
