// Package store keeps what was backed up.
package store

import (
	"context"
	"fmt"
	"sort"
	"strconv"

	"github.com/tinyweb/tinyweb"
)

type Account struct {
	Email string
	Owner *Account
}

type Catalog struct {
	accounts map[string]*Account
	tags     map[string]string
	names    []string
}

func (c *Catalog) NotifyOwner(_ context.Context, request tinyweb.Request) error {
	found := c.accounts[request["CUSTOMER"]]

	fmt.Println(found.Email)
	return nil
}

func (c *Catalog) DescribeTarget(_ context.Context, request tinyweb.Request) error {
	found := &Account{Email: request["EMAIL"]}

	fmt.Println(ownerOf(found))
	return nil
}

func ownerOf(account *Account) string {
	return account.Owner.Email
}

func (c *Catalog) Tag(_ context.Context, request tinyweb.Request) error {
	text := request["SKU"]

	c.tags[text] = request["NAME"]
	return nil
}

func (c *Catalog) Newest(_ context.Context, request tinyweb.Request) error {
	rows := append(c.names, request["UUID"])

	count, _ := strconv.Atoi(request["COUNT"])
	fmt.Println(rows[count])
	return nil
}

func (c *Catalog) Preview(_ context.Context, request tinyweb.Request) error {
	text := request["BODY"]

	count, _ := strconv.Atoi(request["ORDER"])
	fmt.Println(text[:count])
	return nil
}

func (c *Catalog) Ratio(_ context.Context, request tinyweb.Request) error {
	price, _ := strconv.Atoi(request["ORDER"])

	fmt.Println(price / len(c.names))
	return nil
}

func (c *Catalog) Sorted(_ context.Context, request tinyweb.Request) error {
	rows := []*Account{{Email: request["EMAIL"]}, nil, {Email: request["NAME"]}}

	sort.Slice(rows, func(i, j int) bool { return rows[i].Email < rows[j].Email })
	return nil
}
