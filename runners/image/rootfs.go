package main

import "fmt"

// file is one of an image; a folder has no data and a name that ends in a slash.
type file struct {
	name string
	mode int64
	data []byte
}

// Names that the pool knows: its users, of which it runs as nonroot (65532, as in distroless images), and itself.
const (
	passwd = "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n"
	group  = "root:x:0:\nnonroot:x:65532:\n"
	hosts  = "127.0.0.1 localhost\n" // a runtime mounts its own over it, or none
)

// rootfs lists the files of an image, folders before what lies in them. The pool has no base, so all that it needs is here:
// the program, certificate authorities for documents at https, gs and s3, users by name, and a place for files. There is no
// shell, no package and no secret. The template lies on Google's launcher and adds the program, beside the same authorities.
func rootfs(kind string, program []byte) ([]file, error) {
	authorities := authorities()
	switch kind {
	case "pool":
		return []file{
			{"beam-pmml", 0o755, program},
			{"etc/", 0o755, nil},
			{"etc/group", 0o644, []byte(group)},
			{"etc/hosts", 0o644, []byte(hosts)},
			{"etc/passwd", 0o644, []byte(passwd)},
			{"etc/ssl/", 0o755, nil},
			{"etc/ssl/certs/", 0o755, nil},
			{"etc/ssl/certs/ca-certificates.crt", 0o644, authorities},
			{"tmp/", 0o1777, nil},
		}, nil
	case "template":
		return []file{
			{"template/", 0o755, nil},
			{"template/beam-pmml", 0o755, program},
			{"template/ca-certificates.crt", 0o644, authorities},
		}, nil
	}
	return nil, fmt.Errorf("kind %q is none of pool, template", kind)
}
