package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.testing.Property;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A definition is printed as Java, which javac takes and which makes the same definition. */
class JavaSourceTest {
    private static final String IMPORTS = """
        import dev.tenon.json.Json;
        import dev.tenon.provider.ModelSettings;
        import dev.tenon.run.Limits;
        import dev.tenon.schema.JsonSchema;
        import dev.tenon.workflow.*;
        import java.math.BigDecimal;
        import java.time.Duration;
        import java.util.List;
        """;

    @TempDir
    Path dir;

    private List<Definition> compiled(List<Definition> definitions) throws Exception {
        StringBuilder source = new StringBuilder(IMPORTS + "public class Printed {\n");
        for (int i = 0; i < definitions.size(); i++) {
            source.append("    public static Definition d").append(i).append("() {\n        return ");
            source.append(definitions.get(i).java()).append(";\n    }\n");
        }
        Path file = dir.resolve("Printed.java");
        Files.writeString(file, source.append("}\n"));
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options =
                List.of("-d", dir.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
        boolean right = javac.getTask(
                        said,
                        null,
                        null,
                        options,
                        null,
                        javac.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                .call();
        assertThat(right).as(said.toString()).isTrue();
        List<Definition> made = new ArrayList<>();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {dir.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> printed = loader.loadClass("Printed");
            for (int i = 0; i < definitions.size(); i++) {
                made.add((Definition) printed.getMethod("d" + i).invoke(null));
            }
        }
        return made;
    }

    @Test
    void everyDefinitionIsMadeAgainByTheJavaItIsPrintedAs() throws Exception {
        List<Definition> definitions = new ArrayList<>();
        Property.forAll(150, Definitions.any(), definitions::add);
        definitions.add(Definition.of("hostile", Step.transform("\\u0022; System.exit(1); // \"\n\\\u2028\ud800{{")));
        assertThat(compiled(definitions)).isEqualTo(definitions);
    }

    @Test
    void javaIsPrintedAsAPersonWouldWriteIt() {
        Definition review = Workflow.named("review")
                .resource("db", new Resource.Pool(1))
                .define(Step.sequence(
                        Step.agent("writer").as("draft").input("Write about {{topic}}"),
                        Step.loop(Step.agent("editor").as("edit"))
                                .until("edit.score >= 0.9")
                                .atMost(5),
                        Step.when(
                                        "edit.score >= 0.9",
                                        Step.tool("publish").retry(3).needs("db", 1))
                                .otherwise(Step.approval("Publish anyway?"))));
        assertThat(review.java()).isEqualTo("""
            Workflow.named("review")
                    .resource("db", new Resource.Pool(1))
                    .define(Step.sequence(
                            Step.agent("writer").as("draft").input("Write about {{topic}}"),
                            Step.loop(Step.agent("editor").as("edit")).until("edit.score >= 0.9").atMost(5),
                            Step.when("edit.score >= 0.9", Step.tool("publish").retry(3).needs("db", 1))
                                    .otherwise(Step.approval("Publish anyway?"))))\
            """);
    }

    @Test
    void javaYamlAndJsonAreOneDefinition() {
        Definition made = Workflow.named("a").define(Step.function("echo").input(Json.object("x", "{{y}}")));
        assertThat(Definition.parse("a.yaml", made.yaml())).isEqualTo(made);
        assertThat(Definition.parse("a.json", made.json().toString()).java()).isEqualTo(made.java());
    }
}
