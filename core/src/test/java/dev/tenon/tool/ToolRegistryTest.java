package dev.tenon.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Registration;
import dev.tenon.tool.ToolRegistry.Change;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolRegistryTest {
    record City(String city) {}

    private final ToolRegistry registry = new ToolRegistry();

    private static Tool tool(String name) {
        return Tool.of(name, "Does " + name, City.class, city -> city.city());
    }

    private static List<String> names(List<RegisteredTool> tools) {
        return tools.stream().map(RegisteredTool::name).toList();
    }

    @Test
    void findsByNameTagCategoryGlobAndCapability() {
        registry.register(
                RegisteredTool.of(tool("weather_now"))
                        .category("weather")
                        .tags("free", "fast")
                        .capabilities("images"),
                RegisteredTool.of(tool("weather_later")).category("weather").tags("free"),
                RegisteredTool.of(tool("mail").with(spec -> spec.withTraits(ToolSpec.Trait.OPEN_WORLD))));

        assertThat(registry.find("mail")).isPresent();
        assertThat(registry.find("male")).isEmpty();
        assertThat(names(registry.tagged("free"))).containsExactly("weather_now", "weather_later");
        assertThat(names(registry.in("weather"))).containsExactly("weather_now", "weather_later");
        assertThat(names(registry.named("*_now"))).containsExactly("weather_now");
        assertThat(names(registry.able("images"))).containsExactly("weather_now");
        assertThat(names(registry.able("open_world"))).containsExactly("mail");
        assertThat(names(registry.all())).containsExactly("weather_now", "weather_later", "mail");
        assertThat(registry.toolset().names()).containsExactly("weather_now", "weather_later", "mail");
    }

    @Test
    void allThatIsWrongIsToldAtOnceAndNothingIsRegistered() {
        registry.register(tool("taken"));
        Tool silent = Tool.of(
                ToolSpec.of("silent", " ", JsonSchema.parse("{\"type\":\"array\"}")), (arguments, context) -> "");

        assertThatThrownBy(() -> registry.register(tool("new"), tool("taken"), silent, tool("twice"), tool("twice")))
                .isInstanceOf(ToolRegistryException.class)
                .hasMessage("tools cannot be registered:\n"
                        + "taken: there is a tool of this name; unregister it, or replace it\n"
                        + "silent: it has no description, so no model knows what it is for\n"
                        + "silent: its parameters are no object, but {\"type\":\"array\"}\n"
                        + "twice: two of the new tools have this name");
        assertThat(names(registry.all())).containsExactly("taken");
    }

    @Test
    void namesThatNotEveryProviderAcceptsAreMapped() {
        registry.register(tool("2fa"));

        assertThat(names(registry.all())).containsExactly("_2fa");
        assertThat(ToolRegistry.legalName("fs.read/file")).isEqualTo("fs_read_file");
        assertThat(ToolRegistry.legalName("")).isEqualTo("_");
        assertThat(ToolRegistry.legalName("-x")).isEqualTo("_-x");
        assertThat(ToolRegistry.legalName("😀é")).isEqualTo("__");
        assertThat(ToolRegistry.legalName("a".repeat(64))).isEqualTo("a".repeat(64));
        String one = ToolRegistry.legalName("a".repeat(65));
        assertThat(one).hasSize(64).matches("[a-zA-Z0-9_-]{64}");
        assertThat(ToolRegistry.legalName("a".repeat(66))).hasSize(64).isNotEqualTo(one);
    }

    @Test
    void changesAreToldInOrder() {
        List<String> told = new ArrayList<>();
        Registration watch = registry.watch(change -> {
            told.add(
                    switch (change) {
                        case Change.Added added -> "+" + added.tool().name();
                        case Change.Replaced replaced ->
                            "=" + replaced.tool().name() + " was "
                                    + replaced.before().category();
                        case Change.Removed removed -> "-" + removed.tool().name();
                    });
            if (change instanceof Change.Added added && added.tool().name().equals("a")) {
                registry.register(tool("b"));
            }
            throw new IllegalStateException("a watcher may fail");
        });

        registry.register(RegisteredTool.of(tool("a")).category("old"));
        registry.replace(RegisteredTool.of(tool("a")).category("new"));
        registry.replace(RegisteredTool.of(tool("c")));
        assertThat(registry.unregister("b").map(RegisteredTool::name)).contains("b");
        assertThat(registry.unregister("b")).isEmpty();
        watch.close();
        registry.unregister("c");

        assertThat(told).containsExactly("+a", "+b", "=a was old", "+c", "-b");
        assertThat(registry.find("a").orElseThrow().category()).isEqualTo("new");
    }

    @Test
    void manyMayChangeAndReadIt() throws Exception {
        AtomicInteger told = new AtomicInteger();
        registry.watch(change -> told.incrementAndGet());
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                int own = i;
                all.add(threads.submit(() -> {
                    for (int k = 0; k < 100; k++) {
                        registry.register(tool("t" + own + "_" + k));
                        assertThat(registry.toolset().find("t" + own + "_" + k)).isPresent();
                        if (k % 2 == 0) {
                            registry.unregister("t" + own + "_" + k);
                        }
                    }
                }));
            }
        }
        for (Future<?> one : all) {
            one.get();
        }
        assertThat(registry.all()).hasSize(400);
        assertThat(told).hasValue(8 * 150);
    }

    @Test
    void whatWasSavedIsLoadedFromItsSourceAndChecked() {
        registry.register(
                RegisteredTool.of(tool("weather")).category("sky").tags("free", "a"),
                RegisteredTool.of(tool("mail")).source(Json.object("kind", "mine")));
        Json saved = Json.parse(registry.save().toString());
        ToolRegistry.Loader code = source -> source instanceof Json.Obj object
                ? object.string("code").map(ToolRegistryTest::tool)
                : Optional.empty();
        ToolRegistry.Loader mine =
                source -> source.equals(Json.object("kind", "mine")) ? Optional.of(tool("mail")) : Optional.empty();

        ToolRegistry again = new ToolRegistry();
        again.load(saved, code, mine);

        assertThat(again.save()).isEqualTo(registry.save());
        assertThat(again.find("weather").orElseThrow().tags()).isEqualTo(Set.of("free", "a"));
        ToolRegistry none = new ToolRegistry();
        assertThatThrownBy(() -> none.load(
                        saved,
                        source -> source.equals(Json.object("kind", "mine"))
                                ? Optional.of(tool("mail").with(spec -> spec.withTraits(ToolSpec.Trait.DESTRUCTIVE)))
                                : Optional.empty()))
                .isInstanceOf(ToolRegistryException.class)
                .hasMessage("tools cannot be loaded:\n"
                        + "weather: nobody knows its source {\"code\":\"weather\"}; give load a loader that does\n"
                        + "mail: what {\"kind\":\"mine\"} makes now is not what was saved: another traits");
        assertThat(none.all()).isEmpty();
        assertThatThrownBy(() -> none.load(Json.object("version", 2)))
                .hasMessage("tools cannot be loaded:\nthe form is not known: version is 2, wanted is 1");
        assertThatThrownBy(() -> none.load(Json.parse("{\"version\":1,\"tools\":[{\"spec\":7}]}")))
                .hasMessageStartingWith("tools cannot be loaded:\n/tools/0: ");
    }

    /** Found by {@link java.util.ServiceLoader}. */
    public static final class Bundled implements ToolSource {
        public Bundled() {}

        @Override
        public List<RegisteredTool> tools() {
            return List.of(RegisteredTool.of(tool("bundled")).category("library"));
        }
    }

    /** Cannot make its tools. */
    public static final class Broken implements ToolSource {
        public Broken() {}

        @Override
        public List<RegisteredTool> tools() {
            throw new IllegalStateException("no disk");
        }
    }

    private static URLClassLoader loader(Path folder, String... sources) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(ToolSource.class.getName()), String.join("\n", sources));
        return new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, Thread.currentThread().getContextClassLoader());
    }

    @Test
    void toolsOfLibrariesAreDiscoveredAndLoadedAgainByTheirClass(@TempDir Path folder) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = loader(folder, Bundled.class.getName())) {
            Thread.currentThread().setContextClassLoader(loader);
            assertThat(names(registry.discover())).containsExactly("bundled");
            assertThat(registry.find("bundled").orElseThrow().category()).isEqualTo("library");

            ToolRegistry again = new ToolRegistry();
            again.load(registry.save());
            assertThat(again.save()).isEqualTo(registry.save());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        // A file names no class of its choice: only what is declared as a source is made.
        assertThatThrownBy(() -> new ToolRegistry().load(registry.save()))
                .hasMessageStartingWith("tools cannot be loaded:\nbundled: nobody knows its source {\"class\":");
    }

    @Test
    void sourcesThatFailAreNamed(@TempDir Path folder) throws Exception {
        try (URLClassLoader loader =
                loader(folder, Broken.class.getName(), "no.such.Source", Bundled.class.getName())) {
            assertThatThrownBy(() -> registry.discover(loader))
                    .isInstanceOf(ToolRegistryException.class)
                    .hasMessageContaining(
                            "cannot be made: dev.tenon.tool.ToolSource: Provider no.such.Source not found")
                    .hasMessageContaining(Broken.class.getName()
                            + ": it cannot make its tools: java.lang.IllegalStateException: no disk");
        }
        assertThat(registry.all()).isEmpty();
    }

    @Test
    void closingItClosesEachToolOnce() {
        List<String> closed = new ArrayList<>();
        record Closing(ToolSpec spec, List<String> closed) implements Tool, AutoCloseable {
            @Override
            public ToolOutput call(Json.Obj arguments, ToolContext context) {
                return ToolOutput.text("");
            }

            @Override
            public void close() {
                closed.add(spec.name());
            }
        }
        registry.register(tool("plain"), new Closing(tool("closing").spec(), closed));

        registry.close();
        registry.close();

        assertThat(closed).containsExactly("closing");
        assertThat(registry.all()).isEmpty();
    }
}
