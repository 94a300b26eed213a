// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"fmt"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Decode returns objects with their defaults.
func ExampleDecode() {
	manifest := `
apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: web}
spec:
  image: nginx:1.29
  ports: [{host: 8080, container: 80}]
  dependencies: [db]
`
	objects, errs := spec.Decode("web.yaml", []byte(manifest), spec.DecodeOptions{})
	if len(errs) > 0 {
		fmt.Println(errs)
		return
	}
	web := objects[0]
	fmt.Println("key:", web.Key())
	fmt.Println("engine name:", web.EngineName())
	fmt.Println("pull policy:", web.Container.PullPolicy)
	fmt.Println("restart policy:", web.Container.RestartPolicy.Name)
	for _, e := range web.Edges() {
		fmt.Println("needs:", e.To, e.Until)
	}
	// Output:
	// key: Container/default/web
	// engine name: web.default
	// pull policy: missing
	// restart policy: always
	// needs: Container/default/db ready
	// needs: Network/default/default started
}

// Decode reports every error with its position, its field and a hint.
func ExampleDecode_errors() {
	manifest := `apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: web}
spec:
  imag: nginx:1.29
  stopGracePeriod: 30
`
	_, errs := spec.Decode("web.yaml", []byte(manifest), spec.DecodeOptions{})
	fmt.Println(errs)
	// Output:
	// web.yaml:5:3: spec.imag: unknown field (did you mean "image"?)
	// web.yaml:5:3: spec.image: missing (set an image, such as "nginx:1.29")
	// web.yaml:6:20: spec.stopGracePeriod: found the number 30, want a duration (write a value such as "30s", "1m30s" or "500ms")
}

func ExampleParseKey() {
	key, err := spec.ParseKey("Container/shop/web")
	fmt.Println(key.Kind, key.Namespace, key.Name, err)

	_, err = spec.ParseKey("web")
	fmt.Println(err)
	// Output:
	// Container shop web <nil>
	// invalid key "web": want Kind/namespace/name
}

// The hash changes only with fields that require a new object at the engine.
func ExampleObject_Hash() {
	container := func(c spec.Container) spec.Object {
		return spec.Object{Kind: spec.KindContainer, Metadata: spec.Metadata{Namespace: "shop", Name: "web"}, Container: &c}
	}
	web := container(spec.Container{Image: "nginx"})
	explicit := container(spec.Container{Image: "docker.io/library/nginx", Tag: "latest"})
	suspended := container(spec.Container{Image: "nginx", Suspend: true})
	updated := container(spec.Container{Image: "nginx:1.29"})

	fmt.Println("another notation of the image:", web.Hash() == explicit.Hash())
	fmt.Println("suspended:", web.Hash() == suspended.Hash())
	fmt.Println("another tag:", web.Hash() == updated.Hash())
	// Output:
	// another notation of the image: true
	// suspended: true
	// another tag: false
}
