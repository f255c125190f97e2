// Command registry serves distribution 2.8 from the parts that its own command is made of, over plain HTTP and on S3
// alone: that command also imports packages for other stores and for certificates that can no longer be had.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/docker/distribution/configuration"
	"github.com/docker/distribution/context"
	"github.com/docker/distribution/registry/handlers"
	_ "github.com/docker/distribution/registry/storage/driver/s3-aws"
)

func main() {
	file, err := os.Open(os.Args[len(os.Args)-1])
	if err != nil {
		log.Fatal(err)
	}
	config, err := configuration.Parse(file)
	if err != nil {
		log.Fatal(err)
	}
	app := handlers.NewApp(context.Background(), config)
	log.Fatal(http.ListenAndServe(config.HTTP.Addr, app))
}
