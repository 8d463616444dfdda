package upgrade

// centerFields: until 3.1 the coordinates of clusters are derived fields inside CenterFields. They become fields of the model.
func centerFields(_ *upgrader, n, _ *node) {
	centers := n.child("CenterFields")
	if centers == nil {
		return
	}
	if centers.child("DerivedField") == nil {
		n.drop("CenterFields")
		return
	}
	var fields, comparisons []*node
	for _, c := range n.children {
		if c.name == "ClusteringField" {
			fields = append(fields, c)
		}
	}
	local := n.child("LocalTransformations")
	if local == nil {
		local = n.add("LocalTransformations")
	}
	i := 0
	for _, center := range centers.children {
		if center.name != "DerivedField" {
			continue
		}
		name, _ := center.get("name")
		comparison := &node{name: "ClusteringField", at: center.at}
		if of := clusteringFieldOf(fields, name, i); of != nil {
			*comparison = *of
			comparison.attributes = append([]attribute(nil), of.attributes...)
		}
		own := "center:" + name
		for taken(local, own) || name == "" {
			own += string(rune('0' + i%10))
			name = own
		}
		center.set("name", own)
		comparison.set("field", own)
		local.children = append(local.children, center)
		comparisons = append(comparisons, comparison)
		i++
	}
	n.drop("CenterFields")
	n.drop("ClusteringField")
	n.children = append(n.children, comparisons...)
}

// clusteringFieldOf is the field that a center's coordinate normalizes: the one of its name, or else the one at its place.
func clusteringFieldOf(fields []*node, name string, at int) *node {
	var found *node
	for _, f := range fields {
		if field, _ := f.get("field"); field == name && name != "" {
			found = f
		}
	}
	if found == nil && at < len(fields) {
		return fields[at]
	}
	return found
}

func taken(local *node, name string) bool {
	for _, c := range local.children {
		if own, _ := c.get("name"); own == name {
			return true
		}
	}
	return false
}
