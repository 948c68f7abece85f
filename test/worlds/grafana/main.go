// Reads a dashboard as Grafana's own SDK does, strictly, and says what is wrong with it.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	text, err := io.ReadAll(os.Stdin)
	exitOn(err)
	read := dashboard.Dashboard{}
	exitOn(read.UnmarshalJSONStrict(text))
	exitOn(read.Validate())
}

// A list of no errors is returned as an error, too.
func exitOn(err error) {
	if err != nil && err.Error() != "" {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
