module dev.tenon.testing {
    requires transitive dev.tenon.core;
    requires static org.assertj.core;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
}
