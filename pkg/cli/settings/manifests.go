// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/policy"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// RegisterManifests adds the flags that control how manifests are read.
func RegisterManifests(cmd *cobra.Command, opts *manifest.Options) {
	flags := cmd.Flags()
	flags.StringVarP(&opts.Namespace, "namespace", "n", spec.DefaultNamespace, "`namespace` of manifests that name none")
	flag.Constrain(flags, "namespace", flag.Name(&opts.Namespace))
	flags.StringVar((*string)(&opts.PullPolicy), "default-pull-policy", "",
		"pull policy of containers that name none: always, missing or never; empty means always for the tag latest, otherwise missing")
	flag.Constrain(flags, "default-pull-policy", flag.OneOf(&opts.PullPolicy, spec.PullAlways, spec.PullMissing, spec.PullNever))
	flags.Var(&opts.Policy, "policy",
		"host access granted to manifests: dev grants everything, baseline nothing that affects the host, restricted only hardened containers")
	RegisterNetwork(flags, opts)
	RegisterInterpolate(flags, opts)
	flag.Complete(cmd, "policy", string(policy.Dev), string(policy.Baseline), string(policy.Restricted))
	flag.Complete(cmd, "default-pull-policy", string(spec.PullAlways), string(spec.PullMissing), string(spec.PullNever))
}

// RegisterNetwork adds the flag for the default network.
func RegisterNetwork(flags *pflag.FlagSet, opts *manifest.Options) {
	flags.StringVar(&opts.Network, "default-network", spec.DefaultNetworkName, "`network` joined by containers that list none")
	flag.Constrain(flags, "default-network", flag.Name(&opts.Network))
}

// RegisterInterpolate adds the flag for variables in manifests.
func RegisterInterpolate(flags *pflag.FlagSet, opts *manifest.Options) {
	f := flags.VarPF((*flag.Negation)(&opts.Literal), "interpolate", "",
		"replace ${NAME} in manifests with variables of the environment and of .env files")
	f.NoOptDefVal = "true"
}

// RegisterPrune adds the flags that control the deletion of objects that are no
// longer declared.
func RegisterPrune(flags *pflag.FlagSet, p *plan.Prune) {
	f := flags.VarPF((*flag.Negation)(&p.Off), "prune", "", "delete objects that are no longer declared by a manifest")
	f.NoOptDefVal = "true"
	p.Free = 3
	flags.Float64Var(&p.Guard, "prune-guard", 30,
		"require reconciler approve before deleting more than this `percentage` of containers (and more than 3) at once; 0 disables")
	flag.Constrain(flags, "prune-guard", flag.Percentage(&p.Guard))
}

// Directory returns the directory of manifests that the arguments of a command
// name; ./manifests when there are none. It returns an error when the directory
// does not exist.
func Directory(cmd *cobra.Command, args []string) (string, error) {
	dir := "manifests"
	if len(args) > 0 {
		dir = args[0]
	}
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("%w: pass the directory of your manifests, for example `%s DIR`", err, cmd.CommandPath())
	}
	return dir, nil
}
