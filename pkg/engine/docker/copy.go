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

// CopyTo delivers files into a container as one archive; see engine.Copier. If the
// root file system is read-only, it delivers one archive for each mount, because
// the engine accepts those for writable volumes.
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
	err := e.copyArchive(ctx, id, "/", files)
	if engine.CodeOf(err) != engine.ReadOnly {
		return err
	}
	obj, readErr := e.Get(ctx, id)
	if readErr != nil {
		return readErr
	}
	perMount, ok := byMount(obj.Container.Config.Mounts, files)
	if !ok {
		return err
	}
	for target, files := range perMount {
		if err := e.copyArchive(ctx, id, target, files); err != nil {
			return err
		}
	}
	return nil
}

// byMount groups files by the target of the mount that holds them. It returns
// false if a file is not on a writable mount.
func byMount(mounts []engine.Mount, files []engine.File) (map[string][]engine.File, bool) {
	perMount := map[string][]engine.File{}
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
		perMount[mounts[best].Target] = append(perMount[mounts[best].Target], f)
	}
	return perMount, true
}

// copyArchive delivers files below root as one archive.
func (e *Engine) copyArchive(ctx context.Context, id engine.ID, root string, files []engine.File) error {
	archive, err := archiveOf(root, files)
	if err != nil {
		return err
	}
	return e.callOn(ctx, verbCopy, id, func(ctx context.Context, cli *client.Client) error {
		return cli.CopyToContainer(ctx, id.Value, root, bytes.NewReader(archive), container.CopyToContainerOptions{CopyUIDGID: false})
	})
}

// archiveOf returns a tar archive of files, relative to root. It has no entries
// for directories, so that the engine keeps existing ones as they are and creates
// missing ones.
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
