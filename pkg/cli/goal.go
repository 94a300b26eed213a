// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"regexp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/jsonpath"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
)

// waitCondition is what is waited for: that a condition has a status, that the object is
// gone, or that there is something at a path.
type waitCondition struct {
	condition string
	status    metav1.ConditionStatus
	deleted   bool
	path      *jsonpath.JSONPath
	// text is the path as it was given, value what has to be there; empty means
	// anything.
	text, value string
}

// pathCondition is a path, in braces unless it is plain, and perhaps a value.
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
	return waitCondition{}, fmt.Errorf("unrecognized condition: %q: want condition=TYPE[=STATUS], as in condition=Ready, or delete, or jsonpath='{PATH}'[=VALUE]", s)
}

func parseStatusCondition(text string) (waitCondition, error) {
	name, value, explicit := strings.Cut(text, "=")
	if !explicit {
		return waitCondition{condition: name, status: metav1.ConditionTrue}, nil
	}
	for _, status := range []metav1.ConditionStatus{metav1.ConditionTrue, metav1.ConditionFalse, metav1.ConditionUnknown} {
		if strings.EqualFold(value, string(status)) {
			return waitCondition{condition: name, status: status}, nil
		}
	}
	return waitCondition{}, fmt.Errorf("unrecognized status %q of condition %s: want true, false or unknown", value, name)
}

// String is the goal in an error.
func (g waitCondition) String() string {
	switch {
	case g.deleted:
		return "deletion"
	case g.path != nil && g.value == "":
		return "jsonpath " + g.text
	case g.path != nil:
		return "jsonpath " + g.text + "=" + g.value
	case g.status == metav1.ConditionTrue:
		return "condition " + g.condition
	}
	return "condition " + g.condition + "=" + string(g.status)
}

// met reports that an object that is there is as it is wanted.
func (g waitCondition) met(o *v1alpha1.Object) (bool, error) {
	switch {
	case g.deleted:
		return false, nil
	case g.path != nil:
		return g.matchesPath(o)
	}
	for _, c := range o.Status.Conditions {
		if strings.EqualFold(c.Type, g.condition) {
			return c.Status == g.status, nil
		}
	}
	// What is abnormal is shown only while it is true.
	return g.status == metav1.ConditionFalse && len(o.Status.Conditions) > 0, nil
}

// matchesPath reports that the object has the one value at the path.
func (g waitCondition) matchesPath(o *v1alpha1.Object) (bool, error) {
	object, err := printer.Generic(o)
	if err != nil {
		return false, err
	}
	values, err := printer.ValuesAt(g.path, object)
	switch {
	case err != nil || len(values) == 0:
		return false, err
	case g.value == "":
		return true, nil
	case len(values) > 1:
		return false, fmt.Errorf("%s has %d values: want a path of one, to compare with %s", g.text, len(values), g.value)
	}
	return fmt.Sprint(values[0]) == g.value, nil
}

// hopeless reports that a condition is to become true and that nothing will
// change without a human.
func (g waitCondition) hopeless(o *v1alpha1.Object) bool {
	return g.status == metav1.ConditionTrue && v1alpha1.IsConditionTrue(o.Status.Conditions, v1alpha1.ConditionStalled)
}
