/** Scripted models, a model server on loopback, a virtual clock, and the contracts every implementation must pass. */
module dev.tenon.testing {
    requires transitive dev.tenon.core;
    requires static org.assertj.core;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;

    exports dev.tenon.testing;
    exports dev.tenon.testing.contract;
}
