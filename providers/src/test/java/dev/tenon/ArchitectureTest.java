package dev.tenon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.ModuleRules;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {
    @Test
    void whatTheWireFormatsShareIsNotForUsers() throws IOException {
        Path descriptor = Path.of(System.getProperty("tenon.classes", "target/classes"), "module-info.class");
        try (InputStream in = Files.newInputStream(descriptor)) {
            assertThat(ModuleDescriptor.read(in).exports())
                    .extracting(ModuleDescriptor.Exports::source)
                    .contains("dev.tenon.openai")
                    .doesNotContain("dev.tenon.wire");
        }
    }
}
