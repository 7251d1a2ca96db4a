package dev.tenon.toolbox;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.provider.Provider;
import dev.tenon.run.Answer;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import dev.tenon.toolbox.data.DataTools;
import dev.tenon.toolbox.data.SystemTools;
import dev.tenon.toolbox.files.FileLimits;
import dev.tenon.toolbox.files.FileTools;
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
    @ValueSource(strings = {"file-tools.md", "process-tools.md", "web-tools.md", "data-tools.md", "consent.md"})
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
        assertThat(loopback.tools()).hasSize(1);
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
        assertThat(careful.run("Deploy").messages().toString()).contains("with [secret EXAMPLE_TOKEN]");
    }
}
