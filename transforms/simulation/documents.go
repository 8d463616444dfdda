package simulation

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Documents is how many unlike documents the world has.
const Documents = 8

// Document is the text of a document: scoring with it gives its number.
func Document(n int) string { return fmt.Sprintf(document, n) }

// Digest is the SHA-256 of a document, in hex.
func Digest(n int) string { return digests[n] }

var digests = func() (d [Documents]string) {
	for n := range d {
		sum := sha256.Sum256([]byte(Document(n)))
		d[n] = hex.EncodeToString(sum[:])
	}
	return d
}()

const document = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <TreeModel functionName="regression">
    <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
    <Node score="%d"><True/></Node>
  </TreeModel>
</PMML>
`
