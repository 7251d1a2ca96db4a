package dev.tenon.journal.file;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCallWithId;

import dev.tenon.agent.Agent;
import dev.tenon.agent.AgentBuilder;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.ToolMessage;
import dev.tenon.run.Answer;
import dev.tenon.run.Question;
import dev.tenon.run.Runner;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ForwardingJournal;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.CheckableTool;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A run with two turns of tools in parallel, an approval and a sub-agent, and the world that it changes. Also a program that does it, and prints a line for each thing that is done or on record,
 * until it is killed.
 */
final class Errand {
    private static final JsonSchema NOTHING = JsonSchema.parse("{\"type\":\"object\",\"properties\":{}}");

    private Errand() {}

    /** What is outside of the process: it remembers, by the identity of the call, what was done to it. */
    interface World {
        void done(String line);

        List<String> all();

        default String act(String call) {
            done("did " + call);
            return "done " + call;
        }

        default boolean did(String call) {
            return all().contains("did " + call);
        }
    }

    /** A world in a file, of which a killed process loses nothing. */
    record Paper(Path file) implements World {
        @Override
        public void done(String line) {
            try {
                Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public List<String> all() {
            try {
                return Files.exists(file) ? Files.readAllLines(file) : List.of();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record Checked(World world) implements CheckableTool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.of("checked", "Can tell whether it happened", NOTHING);
        }

        @Override
        public ToolOutput call(Json.Obj arguments, ToolContext context) {
            return ToolOutput.text(world.act(context.id()));
        }

        @Override
        public Optional<ToolOutput> check(Json.Obj arguments, ToolContext context) {
            return world.did(context.id()) ? Optional.of(ToolOutput.text("done " + context.id())) : Optional.empty();
        }
    }

    private static Reply script(ModelRequest asked) {
        return switch (rounds(asked)) {
            case 0 ->
                toolCallWithId("c1", "plain", "{}")
                        .and(toolCallWithId("c2", "checked", "{}"))
                        .and(toolCallWithId("c3", "again", "{}"));
            case 1 ->
                toolCallWithId("c4", "asking", "{}").and(toolCallWithId("c5", "helper", "{\"request\":\"help\"}"));
            default -> reply("all done");
        };
    }

    private static Reply helper(ModelRequest asked) {
        return rounds(asked) == 0
                ? toolCallWithId("c6", "plain", "{}").and(toolCallWithId("c7", "asking", "{}"))
                : reply("helped");
    }

    private static int rounds(ModelRequest asked) {
        return (int) asked.chat().messages().stream()
                .filter(ToolMessage.class::isInstance)
                .count();
    }

    private static AgentBuilder builder(ScriptedProvider model, World world) {
        Tool plain = Tool.of(ToolSpec.of("plain", "Acts", NOTHING), (arguments, context) -> world.act(context.id()));
        return Agent.builder(model)
                .tools(
                        plain,
                        plain.with(spec -> spec.withName("asking")),
                        plain.with(spec -> spec.withName("again").withTraits(ToolSpec.Trait.IDEMPOTENT)),
                        new Checked(world))
                .policy((tool, arguments, history) ->
                        tool.name().equals("asking") ? new ToolDecision.Ask("sure?") : ToolDecision.RUN);
    }

    static Agent agent(World world) {
        Agent helper = builder(ScriptedProvider.of().always(Errand::helper), world)
                .name("helper")
                .build();
        return builder(ScriptedProvider.of().always(Errand::script), world)
                .name("chief")
                .tools(helper.asTool("helper", "Helps"))
                .memory(new Memory() {
                    @Override
                    public Recalled recall(Recall wanted) {
                        return Recalled.NOTHING;
                    }

                    @Override
                    public void append(String session, Turn turn) {
                        String messages = Json.of(turn.messages()).toString().replace(turn.run() + "/", "run/");
                        world.done(
                                "stored " + turn.run() + " " + Json.of(messages).digest());
                    }
                })
                .build();
    }

    /** Runs, and answers whatever is asked, until the run has ended. */
    static RunResult drive(Journal journal, World world, String run) {
        Agent agent = agent(world);
        Runner runner = Runner.journalled(journal);
        RunResult result = runner.run(agent, RunRequest.of("Go").id(run));
        while (result.paused()) {
            List<Answer> answers = new ArrayList<>();
            for (Question question : result.questions()) {
                answers.add(
                        question.kind() == Question.Kind.DOUBT && world.did(question.id())
                                ? Answer.give(question, "done " + question.id())
                                : Answer.approve(question));
            }
            result = runner.resume(agent, run, answers.toArray(Answer[]::new));
        }
        return result;
    }

    /** A journal that tells of each append, before and after. */
    static final class Telling extends ForwardingJournal {
        private final Journal journal;
        private final Consumer<String> told;

        Telling(Journal journal, Consumer<String> told) {
            super(journal);
            this.journal = journal;
            this.told = told;
        }

        @Override
        protected void append(RunJournal own, List<JournalRecord> records) {
            told.accept("writes " + own.run());
            own.append(records);
            told.accept("wrote " + own.run() + " " + journal.read(own.run()).size());
        }
    }

    /**
     * Does several errands at once. Arguments: a folder; how many at once; the number of the first; the line of all that is the last, or 0 where each errand has its own last line, the first its
     * first, the second its second. After its last line an errand does nothing more, says {@code now}, and waits to be killed.
     */
    public static void main(String[] arguments) throws InterruptedException {
        Path folder = Path.of(arguments[0]);
        int first = Integer.parseInt(arguments[2]);
        int last = Integer.parseInt(arguments[3]);
        World paper = new Paper(folder.resolve("paper"));
        Lines shared = new Lines(last);
        AtomicInteger next = new AtomicInteger(first);
        try (FileJournal journal = FileJournal.builder(folder.resolve("journal"))
                .segmentBytes(1 << 20)
                .open()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    do {
                        int run = next.getAndIncrement();
                        Lines lines = last == 0 ? new Lines(1 + run - first) : shared;
                        drive(new Telling(journal, lines::say), new Saying(paper, lines), "r" + run);
                        lines.say("ended r" + run);
                        if (last == 0) {
                            lines.now();
                        }
                    } while (last > 0);
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private record Saying(World world, Lines lines) implements World {
        @Override
        public void done(String line) {
            world.done(line);
            lines.say(line);
        }

        @Override
        public List<String> all() {
            return world.all();
        }
    }

    /** Says lines up to a last one. */
    private static final class Lines {
        private final AtomicInteger said = new AtomicInteger();
        private final int last;

        Lines(int last) {
            this.last = last;
        }

        void say(String line) {
            int number = said.incrementAndGet();
            if (number <= last) {
                print(line);
            }
            if (number >= last) {
                if (number == last) {
                    print("now");
                }
                hang();
            }
        }

        /** Where there were fewer lines than expected. */
        void now() {
            if (said.get() < last) {
                print("now");
                hang();
            }
        }

        private static void print(String line) {
            System.out.print(line + "\n");
            System.out.flush();
        }
    }

    /** Nothing more is done until the process is killed. */
    private static void hang() {
        while (true) {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                // Only a kill ends it.
            }
        }
    }

    /** The program in a process of its own; {@code -Dtenon.jvm} has options for it. */
    static Process start(Path folder, int runs, int first, int last) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
        command.addAll(List.of(System.getProperty("tenon.jvm", "-ea").split(" ")));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Errand.class.getName(),
                folder.toString(),
                Integer.toString(runs),
                Integer.toString(first),
                Integer.toString(last)));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
