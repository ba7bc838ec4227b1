# One target for each thing a person does. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run stop status logs clean test lint ui screenshots demo bench compose-env compose-up compose-down compose-test

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## install, build, start and set up Tarn on this machine
	@deploy/local/run.sh

stop: ## stop it; the data stays
	@deploy/local/stop.sh

status: ## what runs
	@deploy/local/status.sh

logs: ## follow the logs
	@deploy/local/logs.sh

clean: ## stop it and delete all data (asks)
	@deploy/local/clean.sh

test: ## install what the tests need and run all of them
	@deploy/test/test.sh

lint: ## check the format of the sources
	@deploy/test/lint.sh

ui: ## build the web UI into .build-ui
	@deploy/ui/build.sh install

screenshots: ## take pictures of every page, light and dark, into docs/screenshots
	@deploy/ui/screenshots.sh

demo: ## the whole story with real clients on real files, against the running Tarn
	@deploy/demo/demo.sh

bench: ## measure CPU, rates and memory; a table and JSON under bench-results/
	@Benchmarks/bench.sh

compose-env: ## make deploy/compose.env with fresh secrets
	@deploy/compose/env.sh

compose-up: compose-env ## build the images and start Tarn with docker compose
	docker compose up -d --wait --build --scale gateway=3

compose-down: ## stop it; the data stays in its volumes
	docker compose down

compose-test: ## prove that killing replicas under load loses nothing
	@deploy/compose/prove.sh
