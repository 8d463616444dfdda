// Package modelstore opens the documents that control messages name.
//
// A control stream decides which documents a job reads, so a [Store] treats every uri as hostile: it opens a document only
// below a place that its [Config] lists, and reads only so many bytes in only so much time. What is not listed has one error
// text, whatever lies there, so that nobody can learn by messages what exists.
//
// A uri without a scheme is a path below the models folder. Otherwise its scheme decides: file, gs, s3, http, https, or one
// that a program added with [Register]. The way of a uri through the package is
//
//	place.go     text -> Place: strict, no "..", no userinfo, no query but a pin
//	allow.go     Place -> the listed prefix that it lies below, or NotAllowed
//	files.go gs.go s3.go http.go   Place -> bytes as they are stored
//	document.go  bytes as stored -> document: digest, gzip, bounds of size, ratio and time
//
// A Store and its documents may be used from any number of goroutines; one Document belongs to one.
package modelstore
