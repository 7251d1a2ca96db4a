package dev.tenon.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DocsTest {
    @Test
    void findsTheJavaFencesOfAPage() {
        assertThat(Docs.examples("a\n```java\nint a;\nint b;\n```\n```sh\nls\n```\ntext\n```java\nint c;\n```\n"))
                .containsExactly("int a;\nint b;\n", "int c;\n");
    }

    @Test
    void looksAtNoWhiteSpace() {
        assertThat(Docs.spaceless("a.b()\n    .c(1, 2);")).isEqualTo(Docs.spaceless("a .b().c(1,2) ;"));
    }
}
