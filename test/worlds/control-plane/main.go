// Command control-plane is the Kubernetes control plane of the tests in one binary. Its first argument names
// the component, the others are that component's own:
//
//	control-plane etcd | api-server | controller-manager | scheduler [flags]
//
// Each is the upstream program, unchanged.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
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
}

func main() {
	if len(os.Args) < 2 || components[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: control-plane etcd | api-server | controller-manager | scheduler [flags]")
		os.Exit(2)
	}
	component := components[os.Args[1]]
	os.Args = append(os.Args[:1], os.Args[2:]...)
	component()
}

func run(command *cobra.Command) {
	os.Exit(cli.Run(command))
}
