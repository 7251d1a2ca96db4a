/** Sessions that outlive the program, and what a compaction hides. */
module dev.tenon.examples.memory {
    requires dev.tenon.core;
    requires dev.tenon.memory;
    requires dev.tenon.testing;
    requires static org.jspecify;
}
