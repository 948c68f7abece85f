// Command control-plane is the Kubernetes control plane of the tests in one binary. Its first argument names
// the component, the others are that component's own:
//
//	control-plane etcd | api-server | controller-manager | scheduler | kubectl [flags]
//
// Each is the upstream program, unchanged; kubectl is there to try our emulation of the API with.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// Only the component that is asked for may be made: each registers process-wide flags and feature gates.
var components = map[string]func(){
	"etcd":               func() { etcdmain.Main(os.Args) },
	"api-server":         func() { run(apiserver.NewAPIServerCommand()) },
	"controller-manager": func() { run(controllermanager.NewControllerManagerCommand()) },
	"scheduler":          func() { run(scheduler.NewSchedulerCommand()) },
	"kubectl":            func() { runKubectl() },
}

func main() {
	if len(os.Args) < 2 || components[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: control-plane etcd | api-server | controller-manager | scheduler | kubectl [flags]")
		os.Exit(2)
	}
	component := components[os.Args[1]]
	os.Args = append(os.Args[:1], os.Args[2:]...)
	component()
}

func run(command *cobra.Command) {
	os.Exit(cli.Run(command))
}

func runKubectl() {
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
