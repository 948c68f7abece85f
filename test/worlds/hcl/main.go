// Reads Terraform configurations with HashiCorp's own parser: a JSON list of texts on stdin, a JSON list of their blocks on
// stdout. Expressions are evaluated; what refers to another resource becomes the reference's own text.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

type block struct {
	Type       string         `json:"type"`
	Labels     []string       `json:"labels"`
	Attributes map[string]any `json:"attributes"`
	Blocks     []block        `json:"blocks"`
}

type answer struct {
	Error  string  `json:"error,omitempty"`
	Blocks []block `json:"blocks"`
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]answer, len(texts))
	for i, text := range texts {
		blocks, err := read(text)
		answers[i] = answer{Blocks: blocks}
		if err != nil {
			answers[i].Error = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(text string) ([]block, error) {
	file, diagnostics := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return blocksOf(file.Body.(*hclsyntax.Body), []byte(text))
}

func blocksOf(body *hclsyntax.Body, source []byte) ([]block, error) {
	blocks := []block{}
	for _, one := range body.Blocks {
		attributes := map[string]any{}
		for name, attribute := range one.Body.Attributes {
			value, err := valueOf(attribute.Expr, source)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			attributes[name] = value
		}
		inner, err := blocksOf(one.Body, source)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, block{one.Type, append([]string{}, one.Labels...), attributes, inner})
	}
	return blocks, nil
}

// A reference to another resource has a text for a value, so that it can be seen where it leads.
func valueOf(expression hclsyntax.Expression, source []byte) (any, error) {
	variables := map[string]cty.Value{}
	for _, traversal := range expression.Variables() {
		variables[traversal.RootName()] = cty.DynamicVal
	}
	context := &hcl.EvalContext{
		Variables: variables,
		Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc},
	}
	value, diagnostics := expression.Value(context)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	if !value.IsWhollyKnown() {
		at := expression.Range()
		return map[string]string{"expression": string(source[at.Start.Byte:at.End.Byte])}, nil
	}
	text, err := ctyjson.Marshal(value, value.Type())
	if err != nil {
		return nil, err
	}
	var plain any
	err = json.Unmarshal(text, &plain)
	return plain, err
}
