package dev.tenon.examples.chat;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.checks.Docs;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Usage;
import dev.tenon.recall.RingBufferMemory;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ModelServer;
import java.io.IOException;
import java.time.Duration;
import org.jline.terminal.Terminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program at a terminal, keys pressed and the screen read, against a real HTTP server. */
@Timeout(120)
class ChatTest {
    private Typist typist;

    @BeforeEach
    void sitDown() throws Exception {
        typist = new Typist();
    }

    @AfterEach
    void getUp() throws Exception {
        typist.close();
    }

    private Thread chat(ModelServer server) throws InterruptedException {
        Chat chat = new Chat(
                typist.terminal(),
                OpenAi.connect(server.url("/v1").toString()).build().model("any"));
        Thread program = Thread.ofPlatform().start(chat::converse);
        typist.sees("/cost, /clear, /quit.");
        return program;
    }

    @Test
    void remembersUntilItIsToldToForget() throws Exception {
        try (ModelServer server = ScriptedModel.start()) {
            Thread program = chat(server);
            typist.type("My name is Ada!");
            typist.sees("You said: My name is Ada! I am a script, and remember nothing before it.");
            typist.type("Who am I?");
            typist.sees("You said: Who am I? Before it you said: My name is Ada!.");
            typist.type("/clear");
            typist.sees("Forgotten.");
            typist.type("Who am I?");
            typist.sees("You said: Who am I? I am a script, and remember nothing before it.");
            typist.type("/quit");
            Typist.ends(program);
            assertThat(server.asked()).isEqualTo(3);
        }
    }

    @Test
    void controlCStopsTheAnswerAndNotTheProgram() throws Exception {
        try (ModelServer server =
                ModelServer.start(reply("Once ", "upon ").failing(Fault.silence()), reply("I am ", "still here."))) {
            Thread program = chat(server);
            typist.type("Tell me a story");
            typist.sees("Once upon ");
            typist.press(Typist.CTRL_C);
            typist.sees("[stopped]");
            server.awaitIdle(Duration.ofSeconds(30)); // Its connection is closed.
            typist.type("Are you there?");
            typist.sees("I am still here.");
            typist.sees(Typist.PROMPT);
            typist.press(Typist.CTRL_D);
            Typist.ends(program);
        }
    }

    @Test
    void controlCForgetsALineThatIsBeingTyped() throws Exception {
        try (ModelServer server = ModelServer.start(reply("Yes."))) {
            Thread program = chat(server);
            typist.sees(Typist.PROMPT);
            typist.press("nonsense");
            typist.sees("nonsense");
            typist.press(Typist.CTRL_C);
            typist.type("Well?");
            typist.sees("Yes.");
            typist.type("/quit");
            Typist.ends(program);
            assertThat(server.requests().getFirst().lastUserText()).isEqualTo("Well?");
        }
    }

    @Test
    void linesAreEditedAndFoundAgain() throws Exception {
        try (ModelServer server = ModelServer.start(reply("One."), reply("Two."))) {
            Thread program = chat(server);
            typist.type("Hell" + Typist.ARROW_LEFT + Typist.ARROW_LEFT + "u");
            typist.sees("One.");
            typist.type(Typist.ARROW_UP + "!!");
            typist.sees("Two.");
            typist.type("/quit");
            Typist.ends(program);
            assertThat(server.requests().getFirst().lastUserText()).isEqualTo("Heull");
            assertThat(server.requests().getLast().lastUserText()).isEqualTo("Heull!!");
        }
    }

    @Test
    void saysWhatWasSpentAndWhatWentWrong() throws Exception {
        try (ModelServer server = ModelServer.start(
                reply("Yes.").withUsage(Usage.of(1_000, 20)),
                fault(Fault.refused(Kind.RATE_LIMITED)),
                reply("\033]0;mine\007No.").withUsage(Usage.of(2_000, 30)))) {
            Thread program = chat(server);
            typist.type("Really?");
            typist.sees("Yes.");
            typist.type("Sure?");
            typist.sees("[openai-compatible answered 429");
            typist.type("Sure?");
            typist.sees("]0;mineNo."); // Nothing that the terminal obeys.
            typist.type("/cost");
            typist.sees("3 model calls, 3000 tokens in, 50 out: unknown");
            typist.type("/costs");
            typist.sees("No command /costs; there are /cost, /clear, /quit.");
            typist.type("/quit");
            Typist.ends(program);
            assertThat(typist.screen()).doesNotContain("\033]0;");
        }
    }

    @Test
    void theGuideShowsWhatRuns() throws Exception {
        try (ModelServer server = ModelServer.start(reply("Once ", "upon ").failing(Fault.silence()))) {
            Provider model =
                    OpenAi.connect(server.url("/v1").toString()).build().model("any");
            Terminal terminal = typist.terminal();
            Thread finger = Thread.ofPlatform().start(() -> {
                try {
                    typist.sees("upon ");
                    typist.press(Typist.CTRL_C);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });

            RingBufferMemory memory = RingBufferMemory.messages(200);
            Agent agent = Agent.builder(model).memory(memory).build();

            Cancellation stop = new Cancellation();
            terminal.handle(Terminal.Signal.INT, signal -> stop.cancel("Ctrl-C"));
            Watch shown = Watch.deltas(text -> {
                terminal.writer().print(text);
                terminal.flush();
            });
            RunResult result = agent.run(RunRequest.of("Tell me a story").session("ada"), stop, shown);

            Typist.ends(finger);
            assertThat(result.end()).isInstanceOf(RunEnd.Cancelled.class);
            assertThat(memory.sessions()).isZero();
        }
        assertThat(Docs.examplesStandIn("chat.md", ChatTest.class)).isEqualTo(1);
    }
}
