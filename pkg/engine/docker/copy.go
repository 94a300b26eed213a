// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// CopyTo writes files into a container as one archive. Where the root is
// read-only the engine takes archives for writable volumes only, one by one.
func (e *Engine) CopyTo(ctx context.Context, id engine.ID, files []engine.File) error {
	if len(files) == 0 {
		return nil
	}
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	o := op{verb: verbCopy, target: id.String()}
	for _, f := range files {
		if !path.IsAbs(f.Path) || path.Clean(f.Path) == "/" {
			return engine.Errorf(o.String(), engine.Invalid, "%q is not the absolute path of a file", f.Path)
		}
	}
	err := e.copyBelow(ctx, id, "/", files)
	if engine.CodeOf(err) != engine.ReadOnly {
		return err
	}
	obj, readErr := e.Get(ctx, id)
	if readErr != nil {
		return readErr
	}
	below, ok := byMount(obj.Container.Config.Mounts, files)
	if !ok {
		return err
	}
	for target, files := range below {
		if err := e.copyBelow(ctx, id, target, files); err != nil {
			return err
		}
	}
	return nil
}

// byMount sorts files by the mount that holds them; false when one is on none
// that can be written.
func byMount(mounts []engine.Mount, files []engine.File) (map[string][]engine.File, bool) {
	below := map[string][]engine.File{}
	for _, f := range files {
		best := -1
		for i, m := range mounts {
			inside := strings.HasPrefix(path.Clean(f.Path), strings.TrimSuffix(m.Target, "/")+"/")
			if inside && (best < 0 || len(m.Target) > len(mounts[best].Target)) {
				best = i
			}
		}
		if best < 0 || mounts[best].ReadOnly || mounts[best].Type == engine.MountTmpfs {
			return nil, false
		}
		below[mounts[best].Target] = append(below[mounts[best].Target], f)
	}
	return below, true
}

func (e *Engine) copyBelow(ctx context.Context, id engine.ID, root string, files []engine.File) error {
	archive, err := archiveOf(root, files)
	if err != nil {
		return err
	}
	return e.change(ctx, verbCopy, id, func(ctx context.Context, cli *client.Client) error {
		return cli.CopyToContainer(ctx, id.Value, root, bytes.NewReader(archive), container.CopyToContainerOptions{CopyUIDGID: false})
	})
}

// archiveOf is a tar of files, relative to root. It has no entries for folders:
// those that exist keep their owner and mode, those that do not are made.
func archiveOf(root string, files []engine.File) ([]byte, error) {
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	sorted := slices.SortedFunc(slices.Values(files), func(a, b engine.File) int { return strings.Compare(a.Path, b.Path) })
	for _, f := range sorted {
		header := &tar.Header{
			Typeflag: tar.TypeReg,
			Name:     strings.TrimPrefix(strings.TrimPrefix(path.Clean(f.Path), root), "/"),
			Size:     int64(len(f.Content)),
			Mode:     int64(f.Mode),
			Uid:      f.UID,
			Gid:      f.GID,
			Format:   tar.FormatPAX,
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.Content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return buf.Bytes(), err
}
