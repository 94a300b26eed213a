// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/yaml"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
)

// NewKubeconfigCommand returns the command `reconciler kubeconfig`.
func NewKubeconfigCommand(a *App) *cobra.Command {
	var f kubeconfigFlags
	cmd := &cobra.Command{
		Use:   "kubeconfig",
		Short: "Print the configuration of kubectl and k9s for the controller",
		Long: "Print a kubeconfig for the controller, which must run with --listen. It contains a token that grants the same " +
			"access as the socket; --output writes it to a file that only you can read. With --secret, print the manifest of a " +
			"Secret with ca.crt and token for a container that uses the API.",
		Example: "  reconciler run --listen 127.0.0.1:8443 DIR\n" +
			"  reconciler kubeconfig --output ~/.kube/reconciler\n" +
			"  KUBECONFIG=~/.kube/reconciler kubectl get all\n" +
			"  reconciler kubeconfig --secret shop/controller -o DIR/controller.yaml",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.kubeconfig(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.output, "output", "o", "", "output `file`; empty means standard output")
	flags.StringVarP(&f.namespace, "namespace", "n", v1alpha1.DefaultNamespace, "default `namespace` of kubectl")
	flag.Constrain(flags, "namespace", flag.Name(&f.namespace))
	flags.StringVar(&f.secret, "secret", "", "print a Secret `[NAMESPACE/]NAME` instead of a kubeconfig")
	return cmd
}

// kubeconfigFlags are the flags of kubeconfig.
type kubeconfigFlags struct{ output, namespace, secret string }

// kubeconfigMark is the first line of files that the command may overwrite.
const kubeconfigMark = "# Written by `reconciler kubeconfig`.\n"

func (a *App) kubeconfig(ctx context.Context, f kubeconfigFlags) error {
	access, err := a.Client().Access(ctx)
	if apierrors.IsNotFound(err) {
		return errors.New("the controller serves its socket only, which kubectl cannot use: " +
			"start it with `reconciler run --listen 127.0.0.1:8443 DIR`")
	}
	if err != nil {
		return err
	}
	config := kubeconfigOf(a.Instance, f.namespace, access)
	if f.secret != "" {
		if config, err = accessSecret(f.namespace, f.secret, access); err != nil {
			return fmt.Errorf("--secret: %w", err)
		}
	}
	data, err := yaml.Marshal(config)
	if err != nil {
		return err
	}
	data = append([]byte(kubeconfigMark), data...)
	if f.output == "" {
		_, err = a.Stdout.Write(data)
		return err
	}
	if err := writeAccess(f.output, data); err != nil {
		return err
	}
	if f.secret == "" {
		fmt.Fprintf(a.Stdout, "export KUBECONFIG=%s\n", f.output)
	}
	return nil
}

// writeAccess writes a file that only its owner can read. It returns an error when
// the file exists and was not written by this command.
func writeAccess(path string, data []byte) error {
	old, err := os.ReadFile(path)
	if err == nil && !bytes.HasPrefix(old, []byte(kubeconfigMark)) {
		return fmt.Errorf("%s exists and was not written by this command: use another file", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithStaticPermissions(0o600))
	if err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	defer func() { _ = file.Cleanup() }()
	if _, err = file.Write(data); err == nil {
		err = file.CloseAtomicallyReplace()
	}
	if err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	return nil
}

// accessSecret returns a Secret with the keys of a Kubernetes service account:
// ca.crt and token.
func accessSecret(namespace, name string, access v1alpha1.Access) (map[string]any, error) {
	k := v1alpha1.Key{Kind: v1alpha1.KindSecret, Namespace: namespace, Name: name}
	if namespace, name, found := strings.Cut(name, "/"); found {
		k.Namespace, k.Name = namespace, name
	}
	for _, part := range []string{k.Namespace, k.Name} {
		if err := flag.Name(&part)(); err != nil {
			return nil, fmt.Errorf("must be [NAMESPACE/]NAME: %q: %w", part, err)
		}
	}
	return map[string]any{
		"apiVersion": v1alpha1.APIVersion,
		"kind":       k.Kind,
		"metadata":   map[string]string{"namespace": k.Namespace, "name": k.Name},
		"spec":       map[string]any{"data": map[string]string{"ca.crt": access.CA, "token": access.Token}},
	}, nil
}

func kubeconfigOf(instance, namespace string, access v1alpha1.Access) map[string]any {
	name := "reconciler-" + instance
	return map[string]any{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": name,
		"clusters": []any{map[string]any{"name": name, "cluster": map[string]any{
			"server": access.Server, "certificate-authority-data": []byte(access.CA),
		}}},
		"users": []any{map[string]any{"name": name, "user": map[string]any{"token": access.Token}}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{
			"cluster": name, "user": name, "namespace": namespace,
		}}},
	}
}
