package dev.tenon.checks;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What holds in every module. Each has a test class that extends this one, so that a broken rule shows where it was
 * broken; core's says besides in which order its packages stand.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // classes are read once
public abstract class ModuleRules {
    /** The classes of the module under test, without those of its tests and the loops that JMH writes around benchmarks. */
    protected final JavaClasses module = new ClassFileImporter()
            .withImportOption(place -> !place.contains("/jmh_generated/"))
            .importPath(Path.of(System.getProperty("tenon.classes", "target/classes")));

    /** For the test classes of the modules. */
    protected ModuleRules() {}

    /** Everything of the product that is on the class path, without tests. */
    protected static JavaClasses everything() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.tenon");
    }

    @Test
    void packagesHaveNoCycles() {
        check(Rules.packagesHaveNoCycles());
    }

    @Test
    void packagesAreNullMarked() {
        check(Rules.packagesAreNullMarked());
    }

    @Test
    void signaturesShowNoJackson() {
        check(Rules.signaturesShowNoJackson());
    }

    @Test
    void signaturesBlock() {
        check(Rules.signaturesBlock());
    }

    @Test
    void nothingIsBoundToAThread() {
        check(Rules.nothingIsBoundToAThread());
    }

    @Test
    void okHttpIsSeenOnlyByHttp() {
        check(Rules.okHttpIsSeenOnlyByHttp());
    }

    private void check(ArchRule rule) {
        rule.check(module);
    }
}
