module sync-map-go-peer

go 1.23
