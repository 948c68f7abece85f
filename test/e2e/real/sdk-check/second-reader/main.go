// Reads lock files and SBOMs with the extractors of OSV-SCALIBR: each line of stdin is the name that a file's kind has and
// its path, with a tab between; each line of stdout is that file's packages as JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	cpb "github.com/google/osv-scalibr/binary/proto/config_go_proto"
	"github.com/google/osv-scalibr/extractor/filesystem"
	"github.com/google/osv-scalibr/extractor/filesystem/language/cpp/conanlock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/dotnet/csproj"
	"github.com/google/osv-scalibr/extractor/filesystem/language/dotnet/depsjson"
	"github.com/google/osv-scalibr/extractor/filesystem/language/dotnet/packagesconfig"
	"github.com/google/osv-scalibr/extractor/filesystem/language/dotnet/packageslockjson"
	"github.com/google/osv-scalibr/extractor/filesystem/language/golang/gomod"
	"github.com/google/osv-scalibr/extractor/filesystem/language/java/gradlelockfile"
	"github.com/google/osv-scalibr/extractor/filesystem/language/java/gradleversioncatalog"
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/bunlock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/packagelockjson"
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/pnpmlock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/javascript/yarnlock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/php/composerlock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/python/pdmlock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/python/pipfilelock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/python/poetrylock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/python/uvlock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/ruby/gemfilelock"
	"github.com/google/osv-scalibr/extractor/filesystem/language/rust/cargolock"
	"github.com/google/osv-scalibr/extractor/filesystem/osv"
	"github.com/google/osv-scalibr/extractor/filesystem/sbom/cdx"
	"github.com/google/osv-scalibr/extractor/filesystem/sbom/spdx"
	scalibrfs "github.com/google/osv-scalibr/fs"
)

type maker = func(*cpb.PluginConfig) (filesystem.Extractor, error)

// By the end of the file's name.
var makers = []struct {
	suffix string
	make   maker
}{
	{"pnpm-lock.yaml", pnpmlock.New},
	{"yarn.lock", yarnlock.New},
	{"bun.lock", bunlock.New},
	{"package-lock.json", packagelockjson.New},
	{"gradle.lockfile", gradlelockfile.New},
	{".versions.toml", gradleversioncatalog.New},
	{"poetry.lock", poetrylock.New},
	{"uv.lock", uvlock.New},
	{"pdm.lock", pdmlock.New},
	{"Pipfile.lock", pipfilelock.New},
	{".deps.json", depsjson.New},
	{"packages.lock.json", packageslockjson.New},
	{"packages.config", packagesconfig.New},
	{".csproj", csproj.New},
	{"go.mod", gomod.New},
	{"Gemfile.lock", gemfilelock.New},
	{"Cargo.lock", cargolock.New},
	{"composer.lock", composerlock.New},
	{"conan.lock", conanlock.New},
	{".cdx.json", cdx.New},
	{".cdx.xml", cdx.New},
	{".spdx.json", spdx.New},
	{".spdx", spdx.New},
}

type found struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Groups  []string `json:"groups,omitempty"`
}

type answer struct {
	Path     string  `json:"path"`
	Packages []found `json:"packages"`
	Error    string  `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		kind, path, _ := strings.Cut(lines.Text(), "\t")
		packages, err := read(kind, path)
		result := answer{Path: path, Packages: packages}
		if err != nil {
			result.Error = err.Error()
		}
		if err := out.Encode(result); err != nil {
			panic(err)
		}
	}
}

func read(kind, path string) ([]found, error) {
	for _, one := range makers {
		if strings.HasSuffix(kind, one.suffix) {
			return extract(kind, path, one.make)
		}
	}
	return nil, fmt.Errorf("no extractor for %s", kind)
}

func extract(kind, path string, make maker) ([]found, error) {
	extractor, err := make(&cpb.PluginConfig{})
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	folder, name := filepath.Dir(path), filepath.Base(path)
	input := &filesystem.ScanInput{FS: scalibrfs.DirFS(folder), Path: name, Root: folder, Info: info, Reader: file}
	inventory, err := extractor.Extract(context.Background(), input)
	packages := []found{}
	for _, one := range inventory.Packages {
		next := found{Type: one.PURLType, Name: one.Name, Version: one.Version}
		// Of an SBOM's packages it keeps the name apart from the namespace.
		if url := one.PURL(); url != nil && url.Namespace != "" && (kind == ".cdx.json" || kind == ".cdx.xml" || kind == ".spdx.json" || kind == ".spdx") {
			next.Name = url.Namespace + "/" + url.Name
		}
		if groups, ok := one.Metadata.(osv.DepGroups); ok {
			next.Groups = groups.DepGroups()
		}
		packages = append(packages, next)
	}
	return packages, err
}
