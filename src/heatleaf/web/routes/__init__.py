"""What the browser may ask: each route parses, calls, and answers. The shapes are in docs/app_api.md."""
