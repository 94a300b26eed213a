// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"regexp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/jsonpath"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/condition"
)

// goal is what is waited for: that a condition has a status, that the object is
// gone, or that there is something at a path.
type goal struct {
	condition string
	status    metav1.ConditionStatus
	deleted   bool
	path      *jsonpath.JSONPath
	// text is the path as it was given, value what has to be there; empty means
	// anything.
	text, value string
}

// pathGoal is a path, in braces unless it is plain, and perhaps a value.
var pathGoal = regexp.MustCompile(`^(\{.*\}|[^={}]+)(?:=(.+))?$`)

func parseGoal(s string) (goal, error) {
	what, rest, _ := strings.Cut(s, "=")
	switch {
	case strings.EqualFold(s, "delete"):
		return goal{deleted: true}, nil
	case what == "condition" && rest != "":
		return parseConditionGoal(rest)
	case what == "jsonpath" && pathGoal.MatchString(rest):
		parts := pathGoal.FindStringSubmatch(rest)
		path, err := parsePath(parts[1])
		return goal{path: path, text: parts[1], value: strings.Trim(parts[2], `"`)}, err
	}
	return goal{}, fmt.Errorf("unrecognized condition: %q: want condition=TYPE[=STATUS], as in condition=Ready, or delete, or jsonpath='{PATH}'[=VALUE]", s)
}

func parseConditionGoal(text string) (goal, error) {
	name, value, explicit := strings.Cut(text, "=")
	if !explicit {
		return goal{condition: name, status: metav1.ConditionTrue}, nil
	}
	for _, status := range []metav1.ConditionStatus{metav1.ConditionTrue, metav1.ConditionFalse, metav1.ConditionUnknown} {
		if strings.EqualFold(value, string(status)) {
			return goal{condition: name, status: status}, nil
		}
	}
	return goal{}, fmt.Errorf("unrecognized status %q of condition %s: want true, false or unknown", value, name)
}

// String is the goal in an error.
func (g goal) String() string {
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

// reached reports that an object that is there is as it is wanted.
func (g goal) reached(o *v1alpha1.Object) (bool, error) {
	switch {
	case g.deleted:
		return false, nil
	case g.path != nil:
		return g.holds(o)
	}
	for _, c := range o.Status.Conditions {
		if strings.EqualFold(c.Type, g.condition) {
			return c.Status == g.status, nil
		}
	}
	// What is abnormal is shown only while it is true.
	return g.status == metav1.ConditionFalse && len(o.Status.Conditions) > 0, nil
}

// holds reports that the object has the one value at the path.
func (g goal) holds(o *v1alpha1.Object) (bool, error) {
	object, err := generic(o)
	if err != nil {
		return false, err
	}
	values, err := valuesAt(g.path, object)
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
func (g goal) hopeless(o *v1alpha1.Object) bool {
	return g.status == metav1.ConditionTrue && condition.IsTrue(o.Status.Conditions, condition.Stalled)
}
