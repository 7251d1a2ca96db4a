package dev.tenon.run;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static dev.tenon.testing.Reply.toolCallWithId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.AgentBuilder;
import dev.tenon.agent.RepeatedCalls;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.event.RunEvent;
import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Key;
import dev.tenon.scope.State;
import dev.tenon.testing.FoldedProgram;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.StoppingJournal;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolException;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolRegistry;
import dev.tenon.tool.ToolSearch;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.Toolset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an agent does around its tools: long results, repeated calls, tools that call tools, many tools. */
@Timeout(60)
class ToolsInARunTest {
    record Nothing() {}

    record Mail(String body) {}

    record Rows(List<Row> rows) {}

    record Row(int id, String name) {}

    private final List<Event> events = new CopyOnWriteArrayList<>();

    private static Tool giving(String name, Object value) {
        return Tool.of(name, "Gives a value", Nothing.class, nothing -> value)
                .with(spec -> spec.withTraits(ToolSpec.Trait.READ_ONLY));
    }

    private RunResult run(AgentBuilder agent) {
        return run(agent, RunRequest.of("go"));
    }

    /** Everything goes through JSON, and the state is folded afresh before every step. */
    private RunResult run(AgentBuilder agent, RunRequest request) {
        return Runner.plain().run(FoldedProgram.of(agent.listener(events::add).build()), request);
    }

    private static List<Content.ToolResult> results(RunResult result) {
        List<Content.ToolResult> all = new ArrayList<>();
        for (Message message : result.messages()) {
            if (message instanceof ToolMessage tools) {
                all.addAll(tools.content());
            }
        }
        return all;
    }

    private static List<String> texts(RunResult result) {
        return results(result).stream().map(Content.ToolResult::text).toList();
    }

    // Long results

    private static String lines(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("line ").append(i).append('\n');
        }
        return text.toString();
    }

    @Test
    void aLongResultIsCutInTheMiddleAndReadByReference() {
        String whole = lines(1000);
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("log", "{}"),
                toolCall("read_result", "{\"result\":\"result:1/0\",\"from\":4000,\"characters\":200}"),
                toolCall("read_result", "{\"result\":\"result:1/0\",\"find\":\"line 777\",\"characters\":9}"),
                reply("done"));

        RunResult result = run(Agent.builder(model).tools(giving("log", whole)).results(1000));

        assertThat(texts(result).getFirst())
                .startsWith("line 0\nline 1\n")
                .contains("of 8890 characters are left out here. The whole result is result:1/0")
                .endsWith("line 998\nline 999\n")
                .hasSizeLessThan(1400);
        assertThat(texts(result).get(1)).startsWith("[characters 4000 to ").contains("line 457\n");
        assertThat(texts(result).get(2)).endsWith("\nline 777\n");
        assertThat(model.requests().get(0).chat().tools())
                .extracting(ToolSpec::name)
                .containsExactly("log");
        assertThat(model.requests().get(1).chat().tools())
                .extracting(ToolSpec::name)
                .containsExactly("log", "read_result");
    }

    @Test
    void charactersOfTwoUnitsStayWhole() {
        String whole = "😀".repeat(5000);
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("log", "{}"),
                toolCall("read_result", "{\"result\":\"result:1/0\",\"from\":1,\"characters\":1}"),
                reply("done"));

        RunResult result = run(Agent.builder(model).tools(giving("log", whole)).results(1001));

        assertThat(texts(result))
                .allSatisfy(text -> assertThat(text.codePoints())
                        .allMatch(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE));
        assertThat(texts(result).get(1)).isEqualTo("[characters 2 to 4 of 10000]\n😀");
    }

    @Test
    void whatCannotBeReadIsSaid() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("log", "{}"),
                toolCall("read_result", "{\"result\":\"result:7/0\"}")
                        .and(toolCall("read_result", "{\"result\":\"result:1/0\",\"from\":-1}"))
                        .and(toolCall("read_result", "{\"result\":\"result:1/0\",\"find\":\"nowhere\"}"))
                        .and(toolCall("read_result", "{\"result\":\"result:1/0#/a\"}")),
                reply("done"));

        RunResult result =
                run(Agent.builder(model).tools(giving("log", lines(1000))).results(1000));

        assertThat(texts(result).subList(1, 5))
                .containsExactly(
                        "there is no result \"result:7/0\" in this run; there are: result:1/0",
                        "from -1 is outside: the result has 8890 characters",
                        "that text does not stand at or after 0",
                        "result:1/0 is no JSON, so it has no part at /a; hand it whole");
        assertThat(results(result).subList(1, 5)).allMatch(Content.ToolResult::error);
    }

    @Test
    void aResultIsHandedToTheNextToolWithoutGoingThroughTheModel() {
        Rows rows = new Rows(
                IntStream.range(0, 200).mapToObj(i -> new Row(i, "name " + i)).toList());
        List<Object> got = Collections.synchronizedList(new ArrayList<>());
        Tool count = Tool.of("count", "Counts rows", Rows.class, (Rows given) -> got.add(given));
        Tool mail = Tool.of("mail", "Sends", Mail.class, (Mail given) -> got.add(given.body()));
        Tool first = Tool.of("first", "Sends one", Row.class, (Row given) -> got.add(given));
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("load", "{}"),
                toolCall("count", "{\"rows\":\"result:1/0#/rows\"}"),
                toolCall("mail", "{\"body\":\"result:1/0\"}"),
                toolCall("first", "{\"id\":\"result:1/0#/rows/7/id\",\"name\":\"result:1/0#/rows/8/name\"}"),
                toolCall("mail", "{\"body\":\"result:1/0#/rows/999\"}"),
                reply("done"));

        RunResult result = run(Agent.builder(model)
                .tools(giving("load", rows), count, mail, first)
                .results(1000));

        assertThat(result.completed()).isTrue();
        assertThat(got).containsExactly(rows, Json.of(rows).toString(), new Row(7, "name 8"));
        assertThat(texts(result).getLast()).isEqualTo("there is nothing at /rows/999 in result:1/0");
        for (ModelRequest request : model.requests()) {
            assertThat(Json.of(request.chat().messages()).toString()).doesNotContain("name 100");
        }
    }

    /** Texts. */
    record Texts(List<String> texts) {}

    @Test
    void aShortListOfReferencesDoesNotBecomeAnEndlessArgument() {
        List<Object> got = Collections.synchronizedList(new ArrayList<>());
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("log", "{}"),
                toolCall(
                        "join",
                        Json.of(new Texts(Collections.nCopies(101, "result:1/0")))
                                .toString()),
                toolCall(
                        "join",
                        Json.of(new Texts(Collections.nCopies(100, "result:1/0")))
                                .toString()),
                reply("done"));

        RunResult result = run(Agent.builder(model)
                .tools(
                        giving("log", lines(1000)),
                        Tool.of(
                                "join",
                                "Joins texts",
                                Texts.class,
                                (Texts given) -> got.add(given.texts().size())))
                .results(1000));

        assertThat(texts(result).get(1))
                .isEqualTo("one call hands on at most 100 results or parts of them, got 101 references; make several"
                        + " calls");
        assertThat(got).containsExactly(100);
    }

    @Test
    void thePolicyAndThePersonSeeWhatIsHandedOn() {
        List<Json> seen = new ArrayList<>();
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("log", "{}"), toolCall("mail", "{\"body\":\"result:1/0\"}"), reply("done"));

        run(Agent.builder(model)
                .tools(giving("log", lines(1000)), Tool.of("mail", "Sends", Mail.class, mail -> "sent"))
                .results(1000)
                .policy((tool, arguments, history) -> {
                    seen.add(arguments);
                    return tool.name().equals("mail")
                            ? new dev.tenon.tool.ToolDecision.Ask("mail")
                            : dev.tenon.tool.ToolDecision.RUN;
                })
                .answers(question -> {
                    seen.add(question.arguments());
                    return java.util.Optional.of(Answer.approve(question));
                }));

        assertThat(seen.subList(1, 3)).containsOnly(Json.object("body", lines(1000)));
    }

    // Crashes

    private static Reply script(ModelRequest asked) {
        long rounds = asked.chat().messages().stream()
                .filter(ToolMessage.class::isInstance)
                .count();
        return switch ((int) rounds) {
            case 0 -> toolCallWithId("c1", "log", "{}");
            case 1 -> toolCallWithId("c2", "outer", "{\"body\":\"result:1/0\"}");
            case 2 -> toolCallWithId("c3", "read_result", "{\"result\":\"result:1/0\",\"from\":0,\"characters\":20}");
            default -> reply("done");
        };
    }

    @Test
    void referencesAndNestedCallsSurviveACrashAtAnyRecord() {
        RunRequest request = RunRequest.of("go").id("r");
        StoppingJournal counted = new StoppingJournal(Journal.inMemory(), Integer.MAX_VALUE, true);
        Map<String, Integer> none = new ConcurrentHashMap<>();
        RunResult expected = Runner.journalled(counted).run(crashing(none), request);
        assertThat(expected.text()).isEqualTo("done");
        assertThat(texts(expected).get(1)).isEqualTo("inner 8890");
        assertThat(none).hasSize(1);

        for (int at = 1; at <= counted.appends(); at++) {
            for (boolean durable : new boolean[] {false, true}) {
                Map<String, Integer> done = new ConcurrentHashMap<>();
                Journal journal = Journal.inMemory();
                StoppingJournal dying = new StoppingJournal(journal, at, durable);
                try {
                    Runner.journalled(dying).run(crashing(done), request);
                } catch (TenonException died) {
                    assertThat(died.code()).isEqualTo(StoppingJournal.CODE);
                }

                RunResult result = Runner.journalled(journal).run(crashing(done), request);

                assertThat(result.messages())
                        .as("append %d, durable %s", at, durable)
                        .isEqualTo(expected.messages());
                assertThat(done)
                        .as("append %d, durable %s: ids are the same", at, durable)
                        .hasSize(1);
            }
        }
    }

    private static Agent crashing(Map<String, Integer> done) {
        Tool inner = Tool.of("inner", "Does it", Mail.class, (mail, context) -> {
                    done.merge(context.id(), 1, Integer::sum);
                    return "inner " + mail.body().length();
                })
                .with(spec -> spec.withTraits(ToolSpec.Trait.IDEMPOTENT));
        Tool outer = Tool.of(
                        "outer",
                        "Has it done",
                        Mail.class,
                        (mail, context) -> context.call("inner", Json.object("body", mail.body())))
                .with(spec -> spec.withTraits(ToolSpec.Trait.IDEMPOTENT));
        return Agent.builder(ScriptedProvider.of().always(ToolsInARunTest::script))
                .tools(giving("log", lines(1000)), inner, outer)
                .results(1000)
                .build();
    }

    @Test
    void aNestedCallThatIsOnRecordIsNotMadeAgain() {
        AtomicInteger inner = new AtomicInteger();
        AtomicInteger outer = new AtomicInteger();
        Journal journal = Journal.inMemory();
        Tool counting = Tool.of("inner", "Counts", Nothing.class, nothing -> inner.incrementAndGet());
        Tool dying = Tool.of("outer", "Calls", Nothing.class, (nothing, context) -> {
                    String first = context.call("inner", Json.Obj.EMPTY).text();
                    if (outer.incrementAndGet() == 1) {
                        throw new OutOfProcess();
                    }
                    return first + " " + context.call("inner", Json.Obj.EMPTY).text();
                })
                .with(spec -> spec.withTraits(ToolSpec.Trait.IDEMPOTENT));
        ScriptedProvider model = ScriptedProvider.of()
                .always(asked -> asked.toolResults().isEmpty()
                        ? toolCall("outer", "{}")
                        : reply(asked.toolResults().getFirst().text()));
        Agent agent = Agent.builder(model).tools(counting, dying).build();
        // The process dies when the outer call's end would be written.
        int at = 0;
        RunResult result = null;
        for (int append = 1; result == null || outer.get() != 2; append++) {
            inner.set(0);
            outer.set(0);
            journal = Journal.inMemory();
            at = append;
            try {
                Runner.journalled(new StoppingJournal(journal, append, false))
                        .run(agent, RunRequest.of("go").id("r"));
            } catch (TenonException died) {
                assertThat(died.code()).isEqualTo(StoppingJournal.CODE);
            }
            if (outer.get() == 1) {
                result = Runner.journalled(journal)
                        .run(agent, RunRequest.of("go").id("r"));
            }
        }

        assertThat(at).isPositive();
        assertThat(result.text()).isEqualTo("1 2");
        assertThat(inner).hasValue(2);
    }

    private static final class OutOfProcess extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    // The same again

    private static ScriptedProvider stubborn(int calls) {
        ScriptedProvider model = ScriptedProvider.of();
        for (int i = 0; i < calls; i++) {
            model.then(toolCall("status", "{\"body\":\"x\"}"));
        }
        return model.then(reply("done"));
    }

    private static Tool status(AtomicInteger calls) {
        return Tool.of("status", "Says it", Mail.class, mail -> {
            calls.incrementAndGet();
            return "unknown";
        });
    }

    @Test
    void theSameCallWithTheSameResultIsNoticedThenRefusedThenEndsTheRun() {
        AtomicInteger calls = new AtomicInteger();

        RunResult result = run(Agent.builder(stubborn(20)).tools(status(calls)));

        assertThat(calls).hasValue(5);
        assertThat(texts(result).subList(0, 3)).containsOnly("unknown");
        assertThat(texts(result).get(3)).startsWith("unknown[The same call has given the same result 3 times before.");
        assertThat(texts(result).subList(5, 10))
                .containsOnly("not run: the same call has given the same result 5 times; use that result, call with"
                        + " other arguments or another tool, or answer");
        assertThat(results(result)).hasSize(10);
        assertThat(result.end()).isEqualTo(new RunEnd.Limited(new Limits.Reached(Limits.Kind.SAME_CALLS, "10", "10")));
        List<RunEvent.ToolCallRepeated> told = new ArrayList<>();
        events.forEach(event -> RunEvent.of(event)
                .filter(RunEvent.ToolCallRepeated.class::isInstance)
                .ifPresent(payload -> told.add((RunEvent.ToolCallRepeated) payload)));
        assertThat(told).hasSize(8);
        assertThat(told.getFirst()).isEqualTo(new RunEvent.ToolCallRepeated("4/0", "status", 3, false));
        assertThat(told.getLast()).isEqualTo(new RunEvent.ToolCallRepeated("11/0", "status", 5, true));
    }

    @Test
    void otherArgumentsOrAnotherResultAreNoRepetition() {
        AtomicInteger calls = new AtomicInteger();
        ScriptedProvider model = ScriptedProvider.of();
        for (int i = 0; i < 10; i++) {
            model.then(toolCall("status", "{\"body\":\"" + i + "\"}").and(toolCall("next", "{}")));
        }
        model.then(reply("done"));

        RunResult result = run(Agent.builder(model)
                .tools(status(calls), Tool.of("next", "Counts", Nothing.class, nothing -> calls.incrementAndGet())));

        assertThat(calls).hasValue(20);
        assertThat(result.text()).isEqualTo("done");
    }

    @Test
    void toolsThatAreMeantToBeAskedAgainAreExcepted() {
        AtomicInteger calls = new AtomicInteger();
        RunResult result =
                run(Agent.builder(stubborn(20)).tools(status(calls)).repeated(RepeatedCalls.DEFAULT.except("stat*")));
        assertThat(calls).hasValue(20);
        assertThat(result.text()).isEqualTo("done");

        calls.set(0);
        run(Agent.builder(stubborn(20)).tools(status(calls)).repeated(RepeatedCalls.NONE));
        assertThat(calls).hasValue(20);
        assertThatThrownBy(() -> new RepeatedCalls(-1, 0, 0, List.of()))
                .hasMessage("a number < 0: hint -1, refuse 0, end 0; 0 means never");
    }

    // What tools give

    @Test
    void anOutputThatDoesNotFitItsSchemaIsAFault() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("good", "{}").and(toolCall("bad", "{}")).and(toolCall("text", "{}")), reply("done"));
        JsonSchema row = JsonSchema.of(Row.class);

        RunResult result = run(Agent.builder(model)
                .tools(
                        giving("good", new Row(1, "a")).with(spec -> spec.withOutput(row)),
                        giving("bad", Map.of("id", "x", "name", "a")).with(spec -> spec.withOutput(row)),
                        giving("text", "12").with(spec -> spec.withOutput(JsonSchema.of(String.class)))));

        assertThat(results(result)).extracting(Content.ToolResult::error).containsExactly(false, true, false);
        assertThat(texts(result).get(1))
                .startsWith(
                        "bad gave what its own output schema does not allow, which is a fault of the tool and not of"
                                + " the call: ")
                .endsWith(" (at /id)");
    }

    @Test
    void examplesAreToldToTheModelAndMustFit() {
        Tool mail = Tool.of("mail", "Sends", Mail.class, given -> "sent")
                .with(spec -> spec.withExamples(new Mail("Hello"), Json.object("body", "Bye")));

        assertThat(mail.spec().told())
                .isEqualTo("Sends\n\nExamples of arguments:\n{\"body\":\"Hello\"}\n{\"body\":\"Bye\"}");
        assertThatThrownBy(() -> mail.with(spec -> spec.withExamples(Json.object("text", "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("example 1 of mail does not fit its parameters: ");
    }

    @Test
    void whatAToolThrowsHelpsTheModelAndHoldsNoSecret() {
        List<Exception> thrown = List.of(
                new IllegalStateException("no such order: 17"),
                new java.io.IOException(
                        "GET https://me:hunter2hunter2@host/x failed, Authorization: Bearer abcdef123456789"),
                new RuntimeException("{\"api_key\": \"sk-1234567890abcdef1234\", \"page\": 3}"),
                new RuntimeException("it broke\n\tat com.acme.Shop.order(Shop.java:17)\n\t... 12 more\nhere"),
                new RuntimeException("password=hunter2hunter2&user=me"));
        ScriptedProvider model = ScriptedProvider.of();
        Reply all = toolCall("t0", "{}");
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < thrown.size(); i++) {
            Exception e = thrown.get(i);
            tools.add(Tool.of("t" + i, "Throws", Nothing.class, nothing -> {
                throw e;
            }));
            all = i == 0 ? all : all.and(toolCall("t" + i, "{}"));
        }

        RunResult result = run(Agent.builder(model.then(all, reply("done"))).tools(tools));

        assertThat(texts(result))
                .containsExactly(
                        "t0 failed with IllegalStateException: no such order: 17",
                        "t1 failed with IOException: GET https://…@host/x failed, Authorization: …",
                        "t2 failed with RuntimeException: {\"api_key\": …, \"page\": 3}",
                        "t3 failed with RuntimeException: it broke\nhere",
                        "t4 failed with RuntimeException: password=…&user=me");
    }

    @Test
    void imagesAndFilesComeBesideText() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("chart", "{}"), reply("done"));

        RunResult result = run(Agent.builder(model)
                .tools(giving(
                        "chart",
                        ToolOutput.text("the chart")
                                .and(ToolOutput.image(new byte[] {1, 2}, "image/png"))
                                .and(ToolOutput.file("data.csv", new byte[] {3}, "text/csv")))));

        assertThat(results(result).getFirst().content())
                .containsExactly(
                        Content.text("the chart"),
                        Content.Media.of(new byte[] {1, 2}, "image/png"),
                        Content.Media.of(new byte[] {3}, "text/csv").withName("data.csv"));
        assertThatThrownBy(() -> ToolOutput.image(new byte[0], "text/csv"))
                .hasMessage("an image has a type such as image/png, got \"text/csv\"");
    }

    // Tools that call tools

    private static Tool calling(String name, String other) {
        return Tool.of(
                name, "Calls " + other, Nothing.class, (nothing, context) -> context.call(other, Json.Obj.EMPTY));
    }

    @Test
    void aNestedCallIsReadDecidedAndCountedLikeOneOfTheModel() {
        Key<Integer> count = Key.of("count", Integer.class, 0, Integer::sum);
        Tool inner = Tool.of("inner", "Counts", Mail.class, (mail, context) -> {
            context.update(count, 1);
            return mail.body();
        });
        Tool destroys = giving("destroys", "x").with(spec -> spec.withTraits(ToolSpec.Trait.DESTRUCTIVE));
        Tool outer = Tool.of(
                "outer",
                "Calls",
                Nothing.class,
                (nothing, context) -> List.of(
                        context.call("inner", Json.object("body", "a")).text(),
                        context.call("inner", Json.object("text", "a")).text(),
                        context.call("innner", Json.Obj.EMPTY).text(),
                        context.call("denied", Json.Obj.EMPTY).text(),
                        context.call("destroys", Json.Obj.EMPTY).text()));
        ScriptedProvider model = ScriptedProvider.of(toolCall("outer", "{}"), reply("done"));

        RunResult result = run(Agent.builder(model)
                .tools(inner, destroys, outer, giving("denied", "x"))
                .state(count)
                .policy(ToolPolicy.CAREFUL.and(
                        (tool, arguments, history) -> tool.name().equals("denied")
                                ? new dev.tenon.tool.ToolDecision.Deny("not today")
                                : dev.tenon.tool.ToolDecision.RUN)));

        List<String> said = Json.parse(texts(result).getFirst()).as(new dev.tenon.json.TypeRef<List<String>>() {});
        assertThat(said.get(0)).isEqualTo("a");
        assertThat(said.get(1)).startsWith("the arguments do not fit, and the call was not run:");
        assertThat(said.subList(2, 5))
                .containsExactly(
                        "there is no tool \"innner\"; did you mean inner?",
                        "not today",
                        "destroys asks a person first, and cannot be asked for from within another tool: call it by"
                                + " itself");
        assertThat(State.of(result.state()).get(count)).isEqualTo(1);
        assertThat(result.spent().toolCalls()).isEqualTo(2);
        assertThat(events)
                .filteredOn(event -> event.name().equals("tool.call.started"))
                .hasSize(2);
    }

    @Test
    void aNestedCallThatALimitForbidsEndsTheRun() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("outer", "{}"), reply("done"));

        RunResult result = run(Agent.builder(model)
                .tools(calling("outer", "inner"), giving("inner", "x"))
                .limits(Limits.NONE.withToolCalls(1)));

        assertThat(result.end()).isEqualTo(new RunEnd.Limited(new Limits.Reached(Limits.Kind.TOOL_CALLS, "1", "1")));
    }

    @Test
    void aNestedToolMayEndTheRunAndAToolThatCallsItselfEndsSomewhere() {
        Tool ends = Tool.of("ends", "Ends", Nothing.class, nothing -> {
            throw new ToolException("enough");
        });
        RunResult ended =
                run(Agent.builder(ScriptedProvider.of(toolCall("outer", "{}"))).tools(calling("outer", "ends"), ends));
        assertThat(ended.end()).isInstanceOf(RunEnd.Failed.class);
        assertThat(((RunEnd.Failed) ended.end()).failure().message()).isEqualTo("enough");

        RunResult deep = run(Agent.builder(ScriptedProvider.of(toolCall("self", "{}"), reply("done")))
                .tools(calling("self", "self")));
        assertThat(texts(deep)).containsExactly("not run: tools call one another 8 deep");
    }

    // Many tools

    private static List<Tool> thousand() {
        List<Tool> tools = new ArrayList<>();
        String[] things = {
            "invoice", "customer", "order", "ticket", "contract", "shipment", "product", "employee", "meeting", "report"
        };
        String[] acts = {
            "create", "delete", "find", "archive", "export", "approve", "assign", "rename", "translate", "count"
        };
        String[] systems = {
            "billing", "crm", "warehouse", "helpdesk", "payroll", "calendar", "wiki", "mail", "lab", "fleet"
        };
        for (String system : systems) {
            for (String act : acts) {
                for (String thing : things) {
                    String name = system + "_" + act + "_" + thing;
                    tools.add(giving(name, name));
                }
            }
        }
        return tools;
    }

    @Test
    void ofAThousandToolsTheModelSeesTheSearchToolAndThePinnedOnesAndThenWhatItFound() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("search_tools", "{\"query\":\"translate a contract in the wiki\"}"),
                toolCall("search_tools", "{\"query\":\"archived shipments of the warehouse\"}")
                        .and(toolCall("wiki_translate_contract", "{}")),
                toolCall("search_tools", "{\"query\":\"zebra\"}"),
                reply("done"));

        RunResult result = run(Agent.builder(model)
                .tools(thousand())
                .search(ToolSearch.pinning("billing_count_invoice", "crm_find_*")));

        List<List<String>> told = model.requests().stream()
                .map(asked -> asked.chat().tools().stream().map(ToolSpec::name).toList())
                .toList();
        assertThat(told.getFirst())
                .hasSize(12)
                .startsWith("billing_count_invoice", "crm_find_invoice")
                .endsWith("search_tools");
        assertThat(told.get(1)).hasSize(17).startsWith(told.get(0).toArray(String[]::new));
        assertThat(told.get(1).get(12)).isEqualTo("wiki_translate_contract");
        assertThat(told.get(2)).startsWith(told.get(1).toArray(String[]::new)).contains("warehouse_archive_shipment");
        assertThat(told.get(3)).isEqualTo(told.get(2));
        assertThat(texts(result).get(2)).isEqualTo("wiki_translate_contract");
        assertThat(texts(result).get(3))
                .isEqualTo("no tool is about that; search with other words, or more general ones");
        assertThat(Json.parse(texts(result).getFirst()).at("/0/name")).contains(Json.of("wiki_translate_contract"));
    }

    @Test
    void everyOfAThousandToolsIsFoundByWhatItDoes() {
        Toolset all = Toolset.of(thousand());
        for (Tool tool : all.tools()) {
            String[] words = tool.spec().name().split("_");
            assertThat(all.search(words[1] + " the " + words[2] + "s with " + words[0], 1))
                    .containsExactly(tool);
        }
    }

    @Test
    void withFewToolsThereIsNoSearch() {
        ScriptedProvider model = ScriptedProvider.of(reply("done"));
        run(Agent.builder(model).tools(giving("a", 1), giving("b", 2)).search(ToolSearch.pinning()));
        assertThat(model.requests().getFirst().chat().tools())
                .extracting(ToolSpec::name)
                .containsExactly("a", "b");
    }

    @Test
    void toolsAreChosenForEachUser() {
        ScriptedProvider model = ScriptedProvider.of()
                .always(asked -> asked.toolResults().isEmpty()
                        ? toolCall("crm_delete", "{}")
                        : reply(asked.toolResults().getFirst().text()));
        Toolset crm = Toolset.of(List.of(giving("find", "found"), giving("delete", "deleted")))
                .prefixed("crm_");
        AgentBuilder agent = Agent.builder(model)
                .tools(giving("always", 1))
                .toolsOfRun(request -> request.user().equals("boss")
                        ? crm
                        : crm.filter(spec -> !spec.name().contains("delete")));

        assertThat(run(agent, RunRequest.of("go").user("boss")).text()).isEqualTo("deleted");
        assertThat(run(agent, RunRequest.of("go").user("clerk")).text())
                .isEqualTo("there is no tool \"crm_delete\"; there are: always, crm_find");
    }

    @Test
    void aRegistryIsReadWhenARunBegins() {
        ToolRegistry registry = new ToolRegistry();
        registry.register(giving("one", 1));
        ScriptedProvider model = ScriptedProvider.of().always(asked -> reply("ok"));
        AgentBuilder agent = Agent.builder(model).tools(registry);

        run(agent);
        registry.register(giving("two", 2));
        registry.unregister("one");
        run(agent);

        assertThat(model.requests())
                .extracting(asked -> asked.chat().tools().getFirst().name())
                .containsExactly("one", "two");
    }

    @Test
    void namesOfTheAgentsOwnToolsAreTaken() {
        assertThatThrownBy(() -> Agent.builder(ScriptedProvider.of())
                        .tools(giving("read_result", 1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "\"read_result\" is the name of the tool that reads long results; rename yours, or keep none"
                                + " with results(0)");
        assertThatThrownBy(() -> Agent.builder(ScriptedProvider.of()).results(10))
                .hasMessage("results is 0 or at least 1000 characters, got 10");
    }

    @Test
    void onlyToolsThatTheAgentHasAreOffered() {
        Tool offers = Tool.of("offers", "Offers", Nothing.class, (Nothing nothing, ToolContext context) -> {
            context.offer("nothing");
            return "x";
        });
        RunResult result = run(Agent.builder(ScriptedProvider.of(toolCall("offers", "{}"), reply("done")))
                .tools(offers));
        assertThat(texts(result).getFirst())
                .isEqualTo(
                        "offers failed with IllegalArgumentException: the agent \"agent\" has no tool \"nothing\", so"
                                + " it cannot offer it");
    }
}
