// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

const webManifest = `
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: web}
spec: {image: "nginx:1", networks: [front]}
---
apiVersion: reconciler.dev/v1alpha1
kind: Network
metadata: {name: front}
spec: {}
`

// exampleInput returns the input of a controller that has one manifest file and
// an empty engine.
func exampleInput() plan.Input {
	decoded, errs := spec.Decode("web.yaml", []byte(webManifest), spec.DecodeOptions{})
	if len(errs) > 0 {
		panic(errs)
	}
	objects := map[spec.Key]spec.Object{}
	for _, o := range decoded {
		objects[o.Key()] = o
	}
	return plan.Input{
		Settings: plan.Settings{Instance: "example"},
		Desired:  spec.Set{Objects: spec.Imply(spec.Resolve(objects)), Complete: true},
		Now:      time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC),
	}
}

// A container waits for its network. Its image is pulled in the meantime.
func ExampleDecide() {
	w := plan.NewWorld(exampleInput())
	web := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "web"}
	d := plan.Decide(w, web)
	for _, a := range d.Actions {
		fmt.Println(a)
	}
	for _, b := range d.Blocked {
		fmt.Println(b)
	}
	fmt.Println("phase:", plan.PhaseOf(w, d))
	// Output:
	// pull nginx:1 (Missing)
	// waits: DependencyNotReady: Network/default/front does not exist yet
	// phase: Pending
}

// Compute decides for every key. A Plan prints one decision per paragraph.
func ExampleCompute() {
	fmt.Print(plan.Compute(plan.NewWorld(exampleInput())))
	// Output:
	// Container/default/web
	//   pull nginx:1 (Missing)
	//   waits: DependencyNotReady: Network/default/front does not exist yet
	// Network/default/front
	//   create front.default (Missing)
}
