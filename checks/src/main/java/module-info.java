/** What the tests of this build share. Not published. */
module dev.tenon.checks {
    requires transitive com.tngtech.archunit;
    requires transitive org.junit.jupiter.api;
    requires java.compiler;
    requires org.opentest4j;
    requires static org.jspecify;

    exports dev.tenon.checks;
}
