//go:build !race

package saltbox

// crowd is more than the threads that Go may start, which is 10,000.
const crowd = 20_000
