// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/yaml"

	"github.com/pact-toolbox/reconciler/pkg/api"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func newKubeconfigCommand(a *app) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "kubeconfig",
		Short: "Print what kubectl and k9s need to reach the controller",
		Long: "Print a kubeconfig for the controller, which has to run with --listen. It holds a token that is\n" +
			"as good as the socket: --output writes it to a file that only you can read.",
		Example: "  reconciler run --listen 127.0.0.1:8443 DIR\n" +
			"  reconciler kubeconfig --output ~/.kube/reconciler\n" +
			"  KUBECONFIG=~/.kube/reconciler kubectl get all",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.kubeconfig(cmd.Context(), output) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "the file to write; without it the kubeconfig is printed")
	return cmd
}

// kubeconfigMark begins the files that may be written again.
const kubeconfigMark = "# Written by `reconciler kubeconfig`.\n"

func (a *app) kubeconfig(ctx context.Context, output string) error {
	access, err := a.client().Access(ctx)
	if apierrors.IsNotFound(err) {
		return errors.New("the controller serves its socket alone, which kubectl cannot use: " +
			"start it with `reconciler run --listen 127.0.0.1:8443 DIR`")
	}
	if err != nil {
		return err
	}
	data, err := kubeconfigOf(a.instance, access)
	if err != nil {
		return err
	}
	if output == "" {
		_, err = a.stdout.Write(data)
		return err
	}
	return a.writeKubeconfig(output, data)
}

func (a *app) writeKubeconfig(path string, data []byte) error {
	old, err := os.ReadFile(path)
	if err == nil && !bytes.HasPrefix(old, []byte(kubeconfigMark)) {
		return fmt.Errorf("%s is there and was not written by this command: name another file", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := api.WriteFile(path, data, 0o600); err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	fmt.Fprintf(a.stdout, "export KUBECONFIG=%s\n", path)
	return nil
}

func kubeconfigOf(instance string, access api.Access) ([]byte, error) {
	name := "reconciler-" + instance
	config := map[string]any{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": name,
		"clusters": []any{map[string]any{"name": name, "cluster": map[string]any{
			"server": access.Server, "certificate-authority-data": []byte(access.CA),
		}}},
		"users": []any{map[string]any{"name": name, "user": map[string]any{"token": access.Token}}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{
			"cluster": name, "user": name, "namespace": spec.DefaultNamespace,
		}}},
	}
	data, err := yaml.Marshal(config)
	return append([]byte(kubeconfigMark), data...), err
}
