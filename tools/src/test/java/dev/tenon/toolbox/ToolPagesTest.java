package dev.tenon.toolbox;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.provider.Provider;
import dev.tenon.run.Answer;
import dev.tenon.run.Watch;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Registration;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.RegisteredTool;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolRegistry;
import dev.tenon.tool.ToolSearch;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.Toolset;
import dev.tenon.toolbox.data.DataTools;
import dev.tenon.toolbox.data.SystemTools;
import dev.tenon.toolbox.files.FileLimits;
import dev.tenon.toolbox.files.FileTools;
import dev.tenon.toolbox.foreign.LineTools;
import dev.tenon.toolbox.foreign.ManifestFolder;
import dev.tenon.toolbox.guard.AskPerson;
import dev.tenon.toolbox.guard.AuditLog;
import dev.tenon.toolbox.guard.Consent;
import dev.tenon.toolbox.guard.GrantedTool;
import dev.tenon.toolbox.guard.Redactor;
import dev.tenon.toolbox.guard.Secret;
import dev.tenon.toolbox.guard.SecretFile;
import dev.tenon.toolbox.guard.SecretStore;
import dev.tenon.toolbox.process.Containment;
import dev.tenon.toolbox.process.ProcessLimits;
import dev.tenon.toolbox.process.ProcessTools;
import dev.tenon.toolbox.web.WebLimits;
import dev.tenon.toolbox.web.WebTools;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the pages about ready-made tools. */
@Timeout(60)
class ToolPagesTest {
    @TempDir
    Path project;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file-tools.md",
                "process-tools.md",
                "web-tools.md",
                "data-tools.md",
                "consent.md",
                "tool-registry.md",
                "tool-search.md",
                "tools-in-other-languages.md"
            })
    void thePageShowsWhatRunsHere(String page) {
        assertThat(Docs.examplesStandIn(page, ToolPagesTest.class)).isPositive();
    }

    @Test
    void files() throws Exception {
        Files.writeString(project.resolve("a.txt"), "x");
        Provider model = ScriptedProvider.of(toolCall("files_delete", Json.object("path", "a.txt")), reply("done"));
        List<Tool> files = FileTools.builder(project)
                .hide(".env*", "secrets/**")
                .limits(FileLimits.DEFAULT.withReadBytes(64 << 10))
                .build()
                .tools();
        Agent agent = Agent.builder(model)
                .tools(files)
                .policy(Consent.of(Consent.Mode.ASK))
                .answers(question -> Optional.of(Answer.approve(question)))
                .build();

        assertThat(agent.run("Delete a.txt").text()).isEqualTo("done");
        assertThat(project.resolve("a.txt")).doesNotExist();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void programs() throws Exception {
        List<Tool> programs = ProcessTools.allowing(project, "ls", "cat")
                .allow("git", "status", "diff", "log")
                .limits(ProcessLimits.DEFAULT.withTime(Duration.ofSeconds(20)))
                .build()
                .tools();
        List<Tool> boxed = ProcessTools.allowing(project, "make")
                .containment(Containment.REQUIRED)
                .build()
                .tools();

        assertThat(new Calls(programs).call("process_run", "command", List.of("ls")))
                .startsWith("exit 0");
        assertThat(new Calls(boxed)
                        .output("process_run", "command", List.of("make", "nothing"))
                        .error())
                .isTrue();
    }

    @Test
    void web() throws Exception {
        List<Tool> web = WebTools.builder()
                .allow("docs.example.com", "*.example.org")
                .limits(WebLimits.DEFAULT.withTime(Duration.ofSeconds(10)))
                .build()
                .tools();
        Provider model =
                ScriptedProvider.of(toolCall("web_get", Json.object("url", "https://evil.example/")), reply("done"));
        List<Tool> issues = WebTools.builder()
                .allow("api.example.com")
                .credential("api.example.com", "Authorization", "Bearer ", "EXAMPLE_TOKEN")
                .build()
                .tools();
        Agent agent = Agent.builder(model)
                .tools(issues)
                .provide(SecretStore.class, SecretStore.environment("EXAMPLE_TOKEN"))
                .build();
        WebTools loopback = WebTools.builder()
                .resolver(host -> List.of(InetAddress.getLoopbackAddress()))
                .addresses(InetAddress::isLoopbackAddress)
                .build();

        assertThat(new Calls(web).refused("web_get", "url", "https://evil.example/"))
                .startsWith("the host evil.example may not be asked");
        assertThat(agent.run("Read it").questions()).hasSize(1); // it reaches outside, so a person is asked
        assertThat(loopback.tools()).extracting(tool -> tool.spec().name()).containsExactly("web_get", "web_feed");
    }

    @Test
    void data() throws Exception {
        List<Tool> tools = DataTools.all();
        List<Tool> machine = SystemTools.basic().tools();

        assertThat(new Calls(tools).call("math_evaluate", "expression", "0.1 + 0.2"))
                .isEqualTo("0.3");
        assertThat(machine).hasSize(1);
    }

    @Test
    void consentRecordsAndSecrets() throws Exception {
        Path log = project.resolve("audit.jsonl");
        Path file = project.resolve("secrets");
        char[] password = "correct horse battery".toCharArray();
        List<Tool> files =
                FileTools.under(Files.createDirectory(project.resolve("files"))).tools();
        Provider model = ScriptedProvider.of(
                toolCall("files_write", Json.object("path", "x").with("content", "y")),
                reply("no"),
                toolCall("files_list", Json.Obj.EMPTY),
                reply("tidy"),
                toolCall("deploy", Json.Obj.EMPTY),
                reply("deployed"));
        Tool deploy = Tool.of(
                ToolSpec.of("deploy", "Deploys", JsonSchema.parse("{\"type\":\"object\"}")),
                (arguments, context) -> "with "
                        + context.get(SecretStore.class).get("EXAMPLE_TOKEN").reveal());

        Consent consent = Consent.of(Consent.Mode.ASK).allow("web_get").deny("files_delete");
        Agent agent = Agent.builder(model)
                .tools(files)
                .tools(AskPerson.tool())
                .policy(consent)
                .answers(question -> Optional.of(Answer.deny(question, "not today")))
                .build();
        assertThat(agent.run("Write").messages().toString()).contains("not today");

        try (AuditLog audit = AuditLog.open(log)) {
            Agent audited = Agent.builder(model)
                    .tools(files)
                    .policy(consent)
                    .interceptor(audit.interceptor("ada@example.com"))
                    .build();
            audited.run("Tidy up");
        }
        AuditLog.Verified verified = AuditLog.verify(log);
        assertThat(verified.lines()).isEqualTo(3);

        SecretFile secrets = SecretFile.open(file, password);
        secrets.put(new Secret("EXAMPLE_TOKEN", "a-long-token"));

        Redactor redactor = Redactor.of(secrets.get("EXAMPLE_TOKEN"));
        Agent careful = Agent.builder(model)
                .tools(GrantedTool.of(deploy, secrets, "EXAMPLE_TOKEN"))
                .interceptor(redactor.results())
                .listener(redactor.events(event -> System.out.println(event.name())))
                .build();
        RunResult deployed = careful.run(RunRequest.of("Deploy"), redactor.watch(Watch.deltas(System.out::print)));
        assertThat(deployed.messages().toString()).contains("with [secret EXAMPLE_TOKEN]");
    }

    record Named(String name) {}

    private static Tool named(String name) {
        return Tool.of(name, "Does " + name, Named.class, given -> name + " " + given.name());
    }

    @Test
    void aRegistry() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(toolCall("weather", "{\"name\":\"Oslo\"}"), reply("Done."));
        Tool weather = named("weather");
        Tool book = named("book");
        Path manifests = Files.createDirectory(project.resolve("manifests"));
        Path work = project;

        ToolRegistry registry = new ToolRegistry();
        registry.register(
                RegisteredTool.of(weather).category("travel").tags("free"),
                RegisteredTool.of(book).category("travel").capabilities("payment"));

        List<RegisteredTool> free = registry.tagged("free");
        List<RegisteredTool> travel = registry.in("travel");
        List<RegisteredTool> able = registry.able("payment");
        List<RegisteredTool> named = registry.named("w*");

        Agent agent = Agent.builder(model).tools(registry).build();

        assertThat(travel).hasSize(2);
        assertThat(free).isEqualTo(named).hasSize(1);
        assertThat(able).hasSize(1);
        assertThat(agent.run("go").text()).isEqualTo("Done.");

        ManifestFolder folder = ManifestFolder.at(manifests)
                .web(WebTools.builder().allow("api.example.com").sending("POST").build())
                .processes(ProcessTools.allowing(work, "git", "python3").build())
                .build();
        Registration watch = folder.watch(registry);
        watch.close();

        Json saved = registry.save();

        ToolRegistry again = new ToolRegistry();
        again.load(
                saved,
                folder.loader(),
                source -> source.at("/code").equals(Optional.of(Json.of("book")))
                        ? Optional.of(book)
                        : source.at("/code").map(name -> weather));

        assertThat(again.save()).isEqualTo(saved);
    }

    @Test
    void theManifestOfThePageIsOne() throws Exception {
        String page = Docs.text("tool-registry.md");
        int from = page.indexOf("```json") + 7;
        Files.writeString(project.resolve("forecast.json"), page.substring(from, page.indexOf("```", from)));

        assertThat(ManifestFolder.at(project).web(WebTools.reading()).build().tools())
                .extracting(RegisteredTool::name)
                .containsExactly("forecast");
    }

    @Test
    void manyTools() {
        List<Tool> thousand = java.util.stream.IntStream.range(0, 998)
                .mapToObj(i -> named("tool_" + i))
                .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new));
        thousand.add(named("weather"));
        thousand.add(named("wiki_translate_contract"));
        ScriptedProvider model = ScriptedProvider.of(reply("Done."));

        Agent agent = Agent.builder(model)
                .tools(thousand)
                .search(ToolSearch.pinning("weather", "crm_find_*"))
                .build();

        agent.run("go");
        assertThat(model.requests().getFirst().chat().tools()).hasSize(2);

        List<Tool> found = Toolset.of(thousand).search("translate a contract in the wiki", 5);

        assertThat(found.getFirst().spec().name()).isEqualTo("wiki_translate_contract");
    }

    @Test
    void toolsForEachRun() {
        ScriptedProvider model = ScriptedProvider.of(reply("Done."));
        Tool weather = named("weather");
        Toolset crm = Toolset.of(List.of(named("find"), named("delete")));

        Agent agent = Agent.builder(model)
                .tools(weather)
                .toolsOfRun(request -> request.user().equals("boss")
                        ? crm.prefixed("crm_")
                        : crm.named("find*").prefixed("crm_"))
                .build();

        agent.run("go");
        assertThat(model.requests().getFirst().chat().tools())
                .extracting(ToolSpec::name)
                .containsExactly("weather", "crm_find");
    }

    @Test
    void otherLanguages() throws Exception {
        Path scripts =
                Path.of("..", "examples", "tools", "src", "main", "tools").toAbsolutePath();
        org.junit.jupiter.api.Assumptions.assumeTrue(
                java.util.Arrays.stream(System.getenv("PATH").split(java.io.File.pathSeparator))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "python3"))),
                "python3 is not installed");
        ScriptedProvider model = ScriptedProvider.of(toolCall("count_words", "{\"text\":\"a b a\"}"), reply("Done."));

        LineTools python = LineTools.of("python3", "words.py").folder(scripts).start();
        Agent agent = Agent.builder(model).tools(python.tools()).build();

        assertThat(agent.run("go").text()).isEqualTo("Done.");
        assertThat(model.requests().getLast().toolResults().getFirst().text()).isEqualTo("{\"a\":2,\"b\":1}");
        agent.close();
        assertThat(python.process()).isEmpty();
    }
}
