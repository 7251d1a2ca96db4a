package dev.tenon.toolbox.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.scope.Registration;
import dev.tenon.tool.RegisteredTool;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolRegistry;
import dev.tenon.tool.ToolRegistry.Change;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.Calls;
import dev.tenon.toolbox.process.Containment;
import dev.tenon.toolbox.process.ProcessTools;
import dev.tenon.toolbox.web.AddressPolicy;
import dev.tenon.toolbox.web.WebTools;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ManifestFolderTest {
    private static final String CITY =
            "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},\"note\":{\"type\":\"string\"}}}";

    @TempDir
    Path folder;

    private com.sun.net.httpserver.HttpServer server;
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void serve() throws Exception {
        server =
                com.sun.net.httpserver.HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            byte[] answer = "{\"sunny\":true}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private ManifestFolder manifests() {
        return ManifestFolder.at(folder)
                .web(WebTools.builder()
                        .ports(port())
                        .allow("127.0.0.1")
                        .addresses(address -> true)
                        .sending("POST")
                        .build())
                .processes(ProcessTools.allowing(folder, "printf", "sh")
                        .containment(Containment.NONE)
                        .build())
                .build();
    }

    private void write(String file, String text) throws Exception {
        Path whole = Files.writeString(folder.resolve(file + ".part"), text);
        Files.move(
                whole,
                folder.resolve(file),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static Calls calls(List<RegisteredTool> tools) {
        return new Calls(tools.stream().map(RegisteredTool::tool).toList());
    }

    @Test
    void aFileMayBeYaml() throws Exception {
        write("weather.yaml", """
            name: weather
            description: Tells the weather
            parameters:
              type: object
              properties: {city: {type: string}}
            timeout_seconds: 1e300 # no time at all would be no limit either
            http: {url: "http://127.0.0.1:%d/weather/{city}"}
            """.formatted(port()));
        write(
                "said.yml",
                "name: said\ndescription: Says it\nprocess:\n  command: [printf, '%s', '{city}']\n"
                        + "parameters: {type: object, properties: {city: {type: string}}}\n");
        List<RegisteredTool> tools = manifests().tools();

        assertThat(tools).extracting(RegisteredTool::name).containsExactly("said", "weather");
        assertThat(calls(tools).call("weather", "city", "Bern")).endsWith("{\"sunny\":true}");
        assertThat(calls(tools).call("said", "city", "no")).contains("\nno");

        write("said.yml", "name: &a [*a]");
        write("weather.yaml", "name: !!java.io.File [x]");
        assertThatThrownBy(() -> manifests().tools())
                .hasMessageContaining("said.yml: it is no YAML that can be read: ")
                .hasMessageContaining("weather.yaml: it is no YAML that can be read: ")
                .hasMessageContaining("Global tag is not allowed");
    }

    @Test
    void aToolIsAnHttpCallByTemplate() throws Exception {
        write(
                "weather.json",
                "{\"name\":\"weather.now\",\"description\":\"The weather\"," + CITY
                        + ",\"category\":\"sky\",\"tags\":[\"free\"],\"http\":{\"url\":\"http://127.0.0.1:" + port()
                        + "/v1/{city}?note={note}\"}}");
        write(
                "report.json",
                "{\"name\":\"report\",\"description\":\"Reports\"," + CITY
                        + ",\"http\":{\"method\":\"post\",\"url\":\"http://127.0.0.1:" + port()
                        + "/reports\",\"headers\":{\"Content-Type\":\"application/json\"},"
                        + "\"body\":{\"where\":\"{city}\",\"text\":\"in {city}: {{x}\",\"note\":\"{note}\"}}}");

        List<RegisteredTool> tools = manifests().tools();
        Calls calls = calls(tools);

        assertThat(calls.call("weather_now", "city", "São/Paulo?x=1", "note", "a&b=c"))
                .startsWith("HTTP 200 ")
                .endsWith("{\"sunny\":true}");
        calls.call("report", "city", "\"}, \"admin\": true");
        assertThat(asked)
                .containsExactly(
                        "GET /v1/S%C3%A3o%2FPaulo%3Fx%3D1?note=a%26b%3Dc ",
                        "POST /reports {\"where\":\"\\\"}, \\\"admin\\\": true\",\"text\":\"in \\\"}, \\\"admin\\\":"
                                + " true: {x}\"}");
        assertThat(calls.refused("weather_now", "city", ".."))
                .isEqualTo(
                        "\"..\" may not be a part of the path. Allowed: a text that is not empty, and where no one or"
                                + " two dots stand alone between slashes");
        for (String up : new String[] {
            ".", "", "a/../../admin", "..\\admin", "%2e%2e", "%2E.", "x%2f..%2fadmin", "./x", "x/..", "..;/admin"
        }) {
            calls.refused("weather_now", "city", up);
        }
        for (String name : new String[] {"...", ".a", "a.", "St. Gallen", "a..b", "a/b"}) {
            calls.call("weather_now", "city", name);
        }
        assertThat(tools.get(0).tool().spec().traits()).containsExactly(Trait.DESTRUCTIVE, Trait.OPEN_WORLD);
        assertThat(tools.get(1).category()).isEqualTo("sky");
        assertThat(tools.get(1).tool().spec().traits()).containsExactly(Trait.READ_ONLY, Trait.OPEN_WORLD);
    }

    @Test
    void theWebToolsRulesHoldForManifestsToo() throws Exception {
        write(
                "inside.json",
                "{\"name\":\"inside\",\"description\":\"Asks\"," + CITY + ",\"http\":{\"url\":\"http://127.0.0.1:"
                        + port() + "/{city}\"}}");
        ManifestFolder strict = ManifestFolder.at(folder)
                .web(WebTools.builder()
                        .ports(port())
                        .addresses(AddressPolicy.PUBLIC)
                        .build())
                .build();

        assertThat(calls(strict.tools()).output("inside", "city", "x").error()).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void aToolIsAProcessOrAScript() throws Exception {
        write(
                "say.json",
                "{\"name\":\"say\",\"description\":\"Says\"," + CITY
                        + ",\"process\":{\"command\":[\"printf\",\"%s|%s\",\"{city}\",\"x{note}\"]}}");
        write(
                "length.json",
                "{\"name\":\"length\",\"description\":\"Counts\"," + CITY
                        + ",\"script\":{\"command\":[\"sh\",\"-c\"],\"text\":\"read line; printf %s \\\"got"
                        + " $line\\\"\"}}");
        Calls calls = calls(manifests().tools());

        assertThat(calls.call("say", "city", "a; rm -rf /", "note", "-$HOME")).contains("a; rm -rf /|x-$HOME");
        assertThat(calls.refused("say", "city", "--version"))
                .isEqualTo("the argument \"--version\" would be an option of the program. Allowed: a text that does not"
                        + " begin with a dash");
        assertThat(calls.call("length", "city", "'; exit 3 #")).contains("got {\"city\":\"'; exit 3 #\"}");
    }

    @Test
    void allThatIsWrongWithAllFilesIsToldAtOnce() throws Exception {
        write("a.json", "{\"name\":\"a\",");
        write("b.json", "{\"name\":\"b\",\"descripton\":\"x\",\"http\":{\"url\":\"http://{city}/x\"}}");
        write(
                "c.json",
                "{\"name\":\"c\",\"description\":\"x\",\"process\":{\"command\":[\"{city}\"]},\"traits\":[\"kind\"]}");
        write("d.json", "{\"name\":\"d\",\"description\":\"x\"}");
        write("e.json", "{\"name\":\"same\",\"description\":\"x\",\"process\":{\"command\":[\"printf\",\"x\"]}}");
        write("f.json", "{\"name\":\"same\",\"description\":\"x\",\"process\":{\"command\":[\"printf\",\"x\"]}}");
        write("readme.txt", "no manifest");

        assertThatThrownBy(() -> manifests().tools())
                .isInstanceOf(ManifestFolder.ManifestException.class)
                .satisfies(thrown -> assertThat(((ManifestFolder.ManifestException) thrown).problems())
                        .hasSize(8)
                        .anyMatch(problem -> problem.startsWith("a.json: it is no JSON: "))
                        .anyMatch(problem -> problem.startsWith("b.json: /descripton is not known; there are "))
                        .contains(
                                "b.json: /http/url begins with http:// or https:// and a host without arguments, got"
                                        + " \"http://{city}/x\"",
                                "b.json: /http names {city}, which is no parameter",
                                "c.json: the trait \"kind\" is none of read_only, idempotent, destructive, open_world",
                                "c.json: /process/command: no argument says which program runs, got \"{city}\"",
                                "d.json: it has one of http, process and script, got none",
                                "f.json: the tool \"same\" is that of e.json"));
        assertThatThrownBy(() -> ManifestFolder.at(folder).build().tools())
                .hasMessageContaining("e.json: /process: the folder was given no process tools; give it some with"
                        + " processes(ProcessTools…)");
    }

    @Test
    void theFolderIsWatched() throws Exception {
        String say = "{\"name\":\"say\",\"description\":\"%s\",\"process\":{\"command\":[\"printf\",\"x\"]}}";
        write("say.json", say.formatted("Says"));
        ToolRegistry registry = new ToolRegistry();
        BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
        BlockingQueue<List<String>> problems = new LinkedBlockingQueue<>();
        registry.watch(changes::add);

        Registration watch = manifests().watch(registry, problems::add);
        try {
            assertThat(changes.poll(30, TimeUnit.SECONDS)).isInstanceOf(Change.Added.class);
            write("say.json", say.formatted("Says it well"));
            assertThat(changes.poll(30, TimeUnit.SECONDS)).isInstanceOf(Change.Replaced.class);
            write("say.json", "{ half");
            assertThat(problems.poll(30, TimeUnit.SECONDS))
                    .singleElement()
                    .asString()
                    .startsWith("say.json: it is no JSON");
            assertThat(registry.find("say").orElseThrow().tool().spec().description())
                    .isEqualTo("Says it well");
            write("more.json", say.replace("say", "more").formatted("More"));
            assertThat(changes.poll(30, TimeUnit.SECONDS)).isInstanceOf(Change.Added.class);
            Files.delete(folder.resolve("say.json"));
            assertThat(changes.poll(30, TimeUnit.SECONDS)).isInstanceOf(Change.Removed.class);
            assertThat(registry.toolset().names()).containsExactly("more");
        } finally {
            watch.close();
        }
        assertThat(registry.all()).isEmpty();
    }

    @Test
    void registrationsOfManifestsAreSavedAsData() throws Exception {
        write(
                "say.json",
                "{\"name\":\"say\",\"description\":\"Says\",\"process\":{\"command\":[\"printf\",\"hello\"]}}");
        ToolRegistry registry = new ToolRegistry();
        registry.register(manifests().tools());
        Json saved = Json.parse(registry.save().toString());
        Files.delete(folder.resolve("say.json"));

        ToolRegistry again = new ToolRegistry();
        again.load(saved, manifests().loader());

        Tool say = again.find("say").orElseThrow().tool();
        assertThat(new Calls(List.of(say)).call("say")).contains("hello");
        assertThatThrownBy(() -> new ToolRegistry()
                        .load(saved, ManifestFolder.at(folder).build().loader()))
                .hasMessageContaining("the folder was given no process tools");
    }

    @Test
    void aTemplateThatRepeatsItsArgumentsIsBounded() throws Exception {
        String parameters = "\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}";
        write(
                "many.json",
                "{\"name\":\"many\",\"description\":\"x\"," + parameters
                        + ",\"process\":{\"command\":[\"printf\",\"x\"],\"input\":\"" + "{a}".repeat(1001) + "\"}}");
        assertThatThrownBy(() -> manifests().tools())
                .hasMessageEndingWith("many.json: /process holds more than 1000 arguments");
        Files.delete(folder.resolve("many.json"));
        write(
                "some.json",
                "{\"name\":\"some\",\"description\":\"x\"," + parameters
                        + ",\"process\":{\"command\":[\"printf\",\"x\"],\"input\":\"" + "{a}".repeat(1000) + "\"}}");

        assertThat(calls(manifests().tools()).refused("some", "a", "x".repeat(5_000)))
                .isEqualTo("the arguments make a text of more than 4194304 characters. Allowed: shorter arguments");
    }
}
