//go:build race

package saltbox

// crowd is what the race detector can watch, which is under 8192 goroutines.
const crowd = 4_000
