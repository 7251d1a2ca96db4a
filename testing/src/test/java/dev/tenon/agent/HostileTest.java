package dev.tenon.agent;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static dev.tenon.testing.Reply.toolCallWithId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.run.Effect;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Limits;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Watch;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Models, tools and interceptors that mean no good, through a whole agent. What the way to the host does is in the fault tables of the providers ({@code FaultContract}), over
 * raw sockets and for every wire format. Where each case of bad input is tested:
 *
 * <table>
 * <caption>bad input and its tests</caption>
 * <tr><th>what</th><th>test</th></tr>
 * <tr><td>malformed and half-cut JSON replies</td><td>FaultContract: jsonThatIsCutAtEveryByte, jsonThatIsNoReply</td></tr>
 * <tr><td>HTML error pages, empty bodies</td><td>FaultContract: aPageInsteadOfAnError, aPageInsteadOfAReply, nothing</td></tr>
 * <tr><td>a 200 with an error inside, an error with a wrong content type</td><td>FaultContract: anErrorInsideA200, anErrorWithAWrongContentType</td></tr>
 * <tr><td>chunk boundaries inside a UTF-8 sequence</td><td>FaultContract: bytesCutInTheMiddleOfACharacter, bytesThatAreNoUtf8</td></tr>
 * <tr><td>a stream that stops dead, never ends, trickles, grows without bound</td><td>FaultContract: aStreamThatStopsDead, anEventThatNeverEnds, aTrickleEndsAtTheDeadline,
 * aStreamThatGrowsWithoutBound; aModelThatNeverEndsIsEndedByTheWallTime</td></tr>
 * <tr><td>a reset mid-answer</td><td>FaultContract: resetAfterTheHeaders, cutInTheMiddleOfAChunk</td></tr>
 * <tr><td>a 50 MB reply</td><td>FaultContract: aReplyOfFiftyMegabytes; aReplyOfFiftyMegabytesIsAnAnswer</td></tr>
 * <tr><td>gzip garbage</td><td>FaultContract: garbageInsteadOfGzip, gzipThatIsCut</td></tr>
 * <tr><td>a tool that throws an exception or an error</td><td>AgentTest: tellsTheModelWhatAToolThrew, aToolExceptionEndsTheRunAndStopsTheOtherCalls</td></tr>
 * <tr><td>a tool that hangs, ignores interrupts</td><td>AgentTest: aToolThatTakesTooLongIsStoppedAndTheModelIsTold, aToolThatIgnoresBeingStoppedIsAbandonedAndNamed</td></tr>
 * <tr><td>a tool that returns null, 10 MB or a cycle</td><td>aToolThatReturnsNothingIsToldAsNull, aToolMayReturnTenMegabytes, aToolThatReturnsACircleHasFailed</td></tr>
 * <tr><td>duplicate, empty and reused call ids</td><td>AgentTest: callsWithEmptyAndRepeatedIdsHaveAResultEach; idsThatAreUsedAgainInLaterTurnsHaveAResultEach</td></tr>
 * <tr><td>a thousand calls in one turn</td><td>StoppedRunTest: aThousandCallsInOneTurnHaveAResultEach</td></tr>
 * <tr><td>unknown tools</td><td>AgentTest: tellsTheModelOfNearNamesWhereAToolIsUnknown; aThousandUnknownToolsAreToldOneByOne</td></tr>
 * <tr><td>arguments that are no JSON, the wrong type, 10 MB, 10,000 levels deep</td><td>AgentTest: keepsUnreadableArgumentsOutOfHistory,
 * tellsTheModelWhatIsWrongWithArguments; argumentsMayHaveTenMegabytes, argumentsTenThousandLevelsDeepGoBackToTheModel</td></tr>
 * <tr><td>an interceptor that throws, calls proceed twice or never</td><td>AgentTest: anInterceptorThatThrowsProceedsTwiceOrAnswersWithNonsenseFailsTheRun,
 * anInterceptorMayAnswerByItself; anInterceptorSaysWhatItDidWrong</td></tr>
 * <tr><td>a key in any log, exception, event, header dump or text form</td><td>SecretsTest of the providers</td></tr>
 * </table>
 */
@Timeout(60)
class HostileTest {
    record Note(String text) {}

    private static final String TEN_MEGABYTES = "0123456789".repeat(1 << 20);

    private static List<Content.ToolResult> results(RunResult result) {
        List<Content.ToolResult> all = new ArrayList<>();
        for (Message message : result.messages()) {
            if (message instanceof ToolMessage tools) {
                all.addAll(tools.content());
            }
        }
        return all;
    }

    private static Tool returning(Object value) {
        return Tool.of("give", "Gives something", Note.class, note -> value);
    }

    private static RunResult withTool(Tool tool, Reply call) {
        return Agent.builder(ScriptedProvider.of(call, reply("Done.")))
                .tools(tool)
                .build()
                .run("Go");
    }

    @Test
    void aToolThatReturnsNothingIsToldAsNull() {
        Tool nothing = Tool.of("give", "Gives nothing", Note.class, note -> null);

        RunResult result = withTool(nothing, toolCall("give", "{\"text\":\"x\"}"));

        assertThat(result.text()).isEqualTo("Done.");
        assertThat(results(result).getFirst().text()).isEqualTo("null");
        assertThat(results(result).getFirst().error()).isFalse();
    }

    @Test
    void aToolMayReturnTenMegabytes() {
        RunResult result = withTool(returning(TEN_MEGABYTES), toolCall("give", "{\"text\":\"x\"}"));

        assertThat(result.text()).isEqualTo("Done.");
        assertThat(results(result).getFirst().text())
                .hasSizeBetween(50_000, 51_000)
                .startsWith(TEN_MEGABYTES.substring(0, 20_000))
                .contains("result:1/0");
    }

    @Test
    void aToolThatReturnsACircleHasFailed() {
        List<Object> circle = new ArrayList<>();
        circle.add(circle);

        RunResult result = withTool(returning(circle), toolCall("give", "{\"text\":\"x\"}"));

        assertThat(result.text()).isEqualTo("Done.");
        assertThat(results(result).getFirst().error()).isTrue();
        assertThat(results(result).getFirst().text())
                .isEqualTo(
                        "give failed with JsonException: java.util.ArrayList has no JSON form: it holds itself, or is"
                                + " nested too deep");
    }

    @Test
    void argumentsMayHaveTenMegabytes() {
        Tool length = Tool.of("give", "Counts", Note.class, note -> note.text().length());

        RunResult result = withTool(length, toolCall("give", "{\"text\":\"" + TEN_MEGABYTES + "\"}"));

        assertThat(results(result).getFirst().text()).isEqualTo(String.valueOf(TEN_MEGABYTES.length()));
    }

    @Test
    void argumentsTenThousandLevelsDeepGoBackToTheModel() {
        String deep = "[".repeat(10_000) + "]".repeat(10_000);
        AtomicInteger ran = new AtomicInteger();
        Tool any = Tool.of(
                ToolSpec.of("give", "Takes anything", JsonSchema.ANY), (arguments, context) -> ran.incrementAndGet());

        RunResult typed = withTool(returning("x"), toolCall("give", "{\"text\":" + deep + "}"));
        RunResult untyped = withTool(any, toolCall("give", "{\"text\":" + deep + "}"));

        for (RunResult result : List.of(typed, untyped)) {
            assertThat(result.text()).isEqualTo("Done.");
            assertThat(results(result).getFirst().error()).isTrue();
            assertThat(results(result).getFirst().text())
                    .startsWith("the arguments do not fit, and the call was not run:")
                    .hasSizeLessThan(2_000);
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void idsThatAreUsedAgainInLaterTurnsHaveAResultEach() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCallWithId("x", "give", "{\"text\":\"a\"}"),
                toolCallWithId("x", "give", "{\"text\":\"b\"}").and(toolCallWithId("", "give", "{\"text\":\"c\"}")),
                toolCallWithId("", "give", "{\"text\":\"d\"}"),
                reply("Done."));
        Tool echo = Tool.of("give", "Gives it back", Note.class, Note::text);

        RunResult result = Agent.builder(model).tools(echo).build().run("Go");

        assertThat(result.text()).isEqualTo("Done.");
        assertThat(results(result)).extracting(Content.ToolResult::text).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aThousandUnknownToolsAreToldOneByOne() {
        Reply calls = toolCall("t0" + "x".repeat(1_000), "{}");
        for (int i = 1; i < 1_000; i++) {
            calls = calls.and(toolCall("t" + i + "\n\u0000", "{}"));
        }

        RunResult result = withTool(returning("x"), calls);

        assertThat(result.text()).isEqualTo("Done.");
        assertThat(results(result)).hasSize(1_000).allSatisfy(one -> {
            assertThat(one.error()).isTrue();
            assertThat(one.text()).startsWith("there is no tool \"t").hasSizeLessThan(300);
        });
    }

    @Test
    void aReplyOfFiftyMegabytesIsAnAnswer() {
        String much = "0123456789abcdef".repeat(50 << 16);

        RunResult result =
                Agent.builder(ScriptedProvider.of(reply(much))).build().run("Go");

        assertThat(result.text()).isEqualTo(much);
    }

    @Test
    void aModelThatNeverEndsIsEndedByTheWallTime() {
        Reply slow = reply("a ", "b ", "c ").pausing(Duration.ofHours(1));
        StringBuilder seen = new StringBuilder();

        RunResult result = Agent.builder(ScriptedProvider.of(slow))
                .limits(Limits.NONE.withWallTime(Duration.ofMillis(50)))
                .build()
                .run(RunRequest.of("Go"), Watch.deltas(seen::append));

        assertThat(result.end())
                .isInstanceOfSatisfying(
                        RunEnd.Limited.class,
                        limited -> assertThat(limited.reached().limit()).isEqualTo(Limits.Kind.WALL_TIME));
        assertThat(seen.toString()).isEqualTo("a ");
    }

    @Test
    void anInterceptorSaysWhatItDidWrong() {
        Interceptor throwing = (effect, call, chain) -> {
            throw new AssertionError("boom");
        };
        Interceptor twice = (effect, call, chain) -> {
            chain.proceed(effect);
            return chain.proceed(effect);
        };
        Interceptor never = (effect, call, chain) -> null;
        Interceptor nonsense = (effect, call, chain) ->
                effect instanceof Effect.CallModel ? new Outcome.Woke() : chain.proceed(effect);

        assertThat(failure(throwing)).isEqualTo("boom");
        assertThat(failure(twice))
                .isEqualTo("an interceptor proceeded twice with context; an effect is performed once: call"
                        + " chain.proceed at most once");
        assertThat(failure(never))
                .isEqualTo("LoadContext context ended with null, which is no outcome of it; an interceptor or"
                        + " performer must return one that is");
        assertThat(failure(nonsense))
                .isEqualTo("CallModel 1 ended with Woke, which is no outcome of it; an interceptor or performer must"
                        + " return one that is");
    }

    private static String failure(Interceptor bad) {
        RunResult result = Agent.builder(ScriptedProvider.of(reply("a"), reply("b")))
                .interceptor(bad)
                .build()
                .run("Go");
        return ((RunEnd.Failed) result.end()).failure().message();
    }

    @Test
    void emptyTextsAreTextsAndNotTrouble() {
        assertThat(Agent.builder(ScriptedProvider.of(reply(""))).build().run("").text())
                .isEmpty();
        RunResult result = withTool(returning(""), toolCall("give", "{\"text\":\"\"}"));
        assertThat(results(result).getFirst().text()).isEmpty();
        assertThat(Json.parse("{\"\":\"\"}").at("/").orElseThrow()).isEqualTo(Json.of(""));
    }
}
