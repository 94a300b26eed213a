// SPDX-License-Identifier: Apache-2.0

package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Objects returns the table of objects of one kind.
func Objects(kind v1alpha1.Kind, objects []v1alpha1.Object, now time.Time) metav1.Table {
	return Of(ObjectColumns(kind), objects, now)
}

// ObjectColumns returns the columns of the objects of a kind.
func ObjectColumns(kind v1alpha1.Kind) []Column[v1alpha1.Object] {
	columns := []Column[v1alpha1.Object]{
		{Name: "Name", Description: "Name of the resource.", Cell: func(o v1alpha1.Object, _ time.Time) any { return o.Name }},
		{Name: "Ready", Description: "The Ready condition.", Cell: readyCell},
		{Name: "Status", Description: "The phase.", Cell: phaseCell},
	}
	age := Column[v1alpha1.Object]{Name: "Age", Description: "Time since creation.", Cell: ageCell}
	message := Column[v1alpha1.Object]{Name: "Message", Wide: true, Description: "Why the resource is not ready.", Cell: messageCell}
	switch kind {
	case v1alpha1.KindContainer:
		restarts := Column[v1alpha1.Object]{Name: "Restarts", Description: "Number of restarts, and time since the last one.", Cell: restartsCell}
		columns = append(append(columns, restarts, age), containerColumns()...)
	case v1alpha1.KindManifest:
		message.Wide = false
		columns = append(columns, age)
	default:
		columns = append(columns, age,
			Column[v1alpha1.Object]{Name: "Driver", Wide: true, Description: "Driver at the engine.", Cell: driverCell},
			Column[v1alpha1.Object]{Name: "Engine-Name", Wide: true, Description: "Name at the engine.", Cell: engineNameCell})
	}
	return append(columns, message)
}

func containerColumns() []Column[v1alpha1.Object] {
	return []Column[v1alpha1.Object]{
		{Name: "Image", Wide: true, Description: "Image in the manifest.", Cell: imageCell},
		{Name: "Ports", Wide: true, Description: "Published ports.", Cell: portsCell},
		{Name: "Container-ID", Wide: true, Description: "ID at the engine, shortened.", Cell: idCell},
	}
}

func readyCell(o v1alpha1.Object, _ time.Time) any {
	if c := v1alpha1.FindCondition(o.Status.Conditions, v1alpha1.ConditionReady); c != nil {
		return string(c.Status)
	}
	return string(metav1.ConditionUnknown)
}

func phaseCell(o v1alpha1.Object, _ time.Time) any { return OrNone(o.Status.Phase) }

func ageCell(o v1alpha1.Object, now time.Time) any { return Age(o.CreationTimestamp, now) }

func restartsCell(o v1alpha1.Object, now time.Time) any {
	if o.Status.Restarts == 0 || o.Status.StartedAt == nil {
		return strconv.Itoa(o.Status.Restarts)
	}
	return fmt.Sprintf("%d (%s ago)", o.Status.Restarts, Age(metav1.NewTime(*o.Status.StartedAt), now))
}

func imageCell(o v1alpha1.Object, _ time.Time) any {
	c, err := o.Container()
	if c == nil || err != nil {
		return OrNone(o.Status.Image)
	}
	return OrNone(c.Image)
}

func portsCell(o v1alpha1.Object, _ time.Time) any {
	return OrNone(strings.Join(o.Status.Endpoints, ","))
}

// idCell returns the first 12 characters of the ID, as the engine's own command
// line prints it.
func idCell(o v1alpha1.Object, _ time.Time) any {
	id := o.Status.ContainerID
	return OrNone(id[:min(len(id), 12)])
}

func driverCell(o v1alpha1.Object, _ time.Time) any {
	if n, err := o.Network(); n != nil && err == nil {
		return OrNone(n.Driver)
	}
	if v, err := o.Volume(); v != nil && err == nil {
		return OrNone(v.Driver)
	}
	return none
}

func engineNameCell(o v1alpha1.Object, _ time.Time) any { return OrNone(o.Status.EngineName) }

// messageCell returns the message of an object that is not ready, with the root
// cause if that is another object.
func messageCell(o v1alpha1.Object, _ time.Time) any {
	ready := v1alpha1.FindCondition(o.Status.Conditions, v1alpha1.ConditionReady)
	switch {
	case ready == nil || ready.Status == metav1.ConditionTrue:
		return ""
	case o.Status.RootCause != nil && o.Status.RootCause.Object != o.Key().String():
		return ready.Message + "; root cause: " + o.Status.RootCause.Object + ": " + o.Status.RootCause.Message
	}
	return ready.Message
}
