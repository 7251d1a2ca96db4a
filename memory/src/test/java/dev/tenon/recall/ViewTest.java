package dev.tenon.recall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.TokenCounter;
import dev.tenon.testing.Chance;
import dev.tenon.testing.contract.MemoryContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ViewTest {
    private static final int CASES = 400;

    /** What Anthropic, Gemini and OpenAI demand of a conversation. */
    static void assertAccepted(List<Message> messages) {
        if (messages.isEmpty()) {
            return;
        }
        assertThat(messages.getFirst()).as("a user begins").isInstanceOf(UserMessage.class);
        MemoryContract.assertWhole(messages);
        for (int i = 0; i + 1 < messages.size(); i++) {
            Message one = messages.get(i);
            Message next = messages.get(i + 1);
            if (one instanceof UserMessage) {
                assertThat(next).as("after message %s of %s", i, messages).isInstanceOf(AssistantMessage.class);
            }
            if (one instanceof AssistantMessage said && said.toolCalls().isEmpty()) {
                boolean reasons = said.content().stream().allMatch(Content.Thinking.class::isInstance);
                assertThat(next)
                        .as("after message %s of %s", i, messages)
                        .isInstanceOf(reasons ? AssistantMessage.class : UserMessage.class);
            }
            assertThat(one.content()).isNotEmpty();
        }
    }

    private static View view(List<Turn> closed, List<Message> open) {
        return View.of(Histories.groups(closed), TokenCounter.ESTIMATE)
                .and(Group.of(new Turn("now", open), TokenCounter.ESTIMATE), true);
    }

    @Test
    void whateverIsHiddenAProviderTakesItAndNothingIsLost() {
        int hid = 0;
        for (int seed = 0; seed < CASES; seed++) {
            Chance chance = new Chance(seed);
            List<Turn> turns = Histories.turns(chance, 12);
            Turn now = Histories.turn(chance, "now");
            List<Message> open = now.messages().subList(0, chance.oneIn(2) ? 1 : wholeRounds(now));
            View view = chance.oneIn(2) ? view(turns, open) : view(turns, open).pinningFirst();
            List<Message> all = new ArrayList<>(Histories.messages(turns));
            all.addAll(open);
            assertThat(view.restore()).isEqualTo(all);
            assertThat(view.messages()).isEqualTo(all);
            View less = view;
            for (Tier tier : Histories.tiers(chance)) {
                less = tier.apply(less, chance.below(2_000));
                assertThat(tier.apply(less, 0))
                        .as("pure")
                        .hasToString(tier.apply(less, 0).toString());
            }
            // Some groups hidden by hand, in any place.
            for (View.Slot slot : less.slots()) {
                if (chance.oneIn(10)) {
                    less = less.edit(List.of(slot.group().id()), edit -> edit.hide("by hand"));
                }
            }

            assertAccepted(less.messages());
            assertThat(less.restore()).isEqualTo(all);
            assertThat(less.with(undone(less)).messages()).isEqualTo(all);
            hid += less.hidden();
            for (View.Slot slot : less.slots()) {
                if (slot.pinned()) {
                    assertThat(less.messages().toString())
                            .contains(slot.group()
                                    .messages()
                                    .getFirst()
                                    .content()
                                    .getFirst()
                                    .toString());
                }
            }
            // What the user says now may be one with a pinned message before it.
            List<? extends Content> newest = all.getLast().content();
            List<? extends Content> shown = less.messages().getLast().content();
            assertThat(shown.subList(shown.size() - newest.size(), shown.size()))
                    .isEqualTo(newest);
        }
        assertThat(hid).as("groups hidden in all cases").isGreaterThan(CASES);
    }

    private static int wholeRounds(Turn turn) {
        int last = turn.messages().size();
        while (last > 1 && !(turn.messages().get(last - 1) instanceof ToolMessage)) {
            last--;
        }
        return last;
    }

    private static List<Edit> undone(View view) {
        return view.slots().stream().map(slot -> Edit.none(slot.group().id())).toList();
    }

    @Test
    void theBudgetIsKept() {
        for (int seed = 0; seed < CASES; seed++) {
            Chance chance = new Chance(10_000 + seed);
            List<Turn> turns = Histories.turns(chance, 12);
            Turn now = Histories.turn(chance, "now");
            View view = view(turns, now.messages().subList(0, wholeRounds(now)));
            View less = view;
            long most = 400L + chance.below(3_000);
            for (Tier tier : Histories.tiers(chance)) {
                less = tier.apply(less, most);
            }

            less = Tier.fit().apply(less, most);

            assertAccepted(less.messages());
            assertThat(less.tokens())
                    .as("seed %s, %s", seed, less)
                    .isLessThanOrEqualTo(Math.max(most, mustStay(less) + 400));
            assertThat(less.restore()).isEqualTo(view.restore());
        }
    }

    /** Tokens of what no tier may leave out: pins, what the user says now, thinking of the turn that goes on. */
    private static long mustStay(View view) {
        long tokens = 0;
        for (int i = 0; i < view.slots().size(); i++) {
            View.Slot slot = view.slots().get(i);
            boolean usersNow = slot.open() && slot.group().isUsers();
            if (slot.pinned() || usersNow) {
                tokens += slot.tokens();
            } else if (slot.open() && view.isVisible(i)) {
                // Its provider may want it back with the calls it led to.
                for (Message message : slot.shown()) {
                    tokens += message.content().stream()
                            .filter(Content.Thinking.class::isInstance)
                            .mapToLong(part -> TokenCounter.ESTIMATE.tokens(List.of(part)))
                            .sum();
                }
            }
        }
        return tokens;
    }

    @Test
    void theTiersDoWhatTheySay() {
        Message thinks = AssistantMessage.of(
                List.of(Content.Thinking.of("hm"), Content.ToolCall.of("1", "read_file", Json.object("path", "a"))));
        String page = "page ".repeat(100);
        View view = View.of(
                Histories.groups(List.of(
                        new Turn(
                                "1",
                                List.of(
                                        Message.user("first"),
                                        thinks,
                                        ToolMessage.of(List.of(Content.ToolResult.of("1", "read_file", page + "old"))),
                                        Message.assistant("one"))),
                        new Turn(
                                "2",
                                List.of(
                                        Message.user("second"),
                                        AssistantMessage.of(List.of(
                                                Content.ToolCall.of("2", "read_file", Json.object("path", "a")),
                                                Content.ToolCall.of("3", "read_file", Json.object("path", "b")))),
                                        ToolMessage.of(List.of(
                                                Content.ToolResult.of("2", "read_file", page + "new"),
                                                Content.ToolResult.of("3", "read_file", page + "other"))),
                                        Message.assistant("two"))),
                        new Turn("3", List.of(Message.user("third"), Message.assistant("three"))))),
                TokenCounter.ESTIMATE);

        assertThat(results(Tier.dropRepeatedReads().apply(view, 0)))
                .containsExactly(Shortened.REPEATED, page + "new", page + "other");
        assertThat(results(Tier.dropRepeatedReads("look").apply(view, 0))).contains(page + "old");
        assertThat(results(Tier.clearToolResults(2).apply(view, 0)))
                .containsExactly(Shortened.CLEARED, page + "new", page + "other");
        assertThat(results(Tier.clearToolResults(0).apply(view, 0))).containsOnly(Shortened.CLEARED);
        assertThat(Tier.dropThinking().apply(view, 0).messages().toString()).doesNotContain("hm");
        assertThat(results(Tier.clampParts(60).apply(view, 0)).getFirst())
                .startsWith("page page")
                .contains("[… 443 characters left out …]")
                .endsWith("page old");
        View last = Tier.keepLast(1).apply(view, 0);
        assertThat(last.messages().stream().map(Message::text))
                .containsExactly("[6 earlier parts of this conversation are not shown here.]\n\nthird", "three");
        assertThat(Tier.keepLast(1).apply(view.pinningFirst(), 0).messages().stream()
                        .map(Message::text))
                .containsExactly("first[5 earlier parts of this conversation are not shown here.]\n\nthird", "three");
        assertThat(Tier.keepLast(1).apply(view, view.tokens()))
                .as("small enough")
                .isSameAs(view);
    }

    private static List<String> results(View view) {
        List<String> texts = new ArrayList<>();
        for (Message message : view.messages()) {
            if (message instanceof ToolMessage tools) {
                tools.content().forEach(result -> texts.add(result.text()));
            }
        }
        return texts;
    }

    @Test
    void aChangedMessageGoesBackToNoProviderAsItsOwn() {
        for (int seed = 0; seed < 100; seed++) {
            Chance chance = new Chance(seed);
            View view = view(Histories.turns(chance, 6), List.of(Message.user("now")));
            View less = Tier.dropThinking().apply(view, 0);
            for (int i = 0; i < less.slots().size(); i++) {
                View.Slot slot = less.slots().get(i);
                if (!slot.shown().equals(slot.group().messages())) {
                    assertThat(slot.shown().toString()).doesNotContain("signature");
                }
            }
        }
    }

    @Test
    void argumentsThatAreShortenedAreStillAnObject() {
        Json.Obj arguments = Json.object()
                .put("text", "x".repeat(5_000))
                .put("deep", Json.array("y".repeat(5_000), 7))
                .put("n", 1)
                .build();
        Group group = Group.of(
                        new Turn(
                                "1",
                                List.of(
                                        AssistantMessage.of(List.of(Content.ToolCall.of("1", "write", arguments))),
                                        ToolMessage.of(List.of(Content.ToolResult.of("1", "write", "ok"))))),
                        TokenCounter.ESTIMATE)
                .getFirst();

        Content.ToolCall call = ((AssistantMessage)
                        Shortened.of(group, Edit.none("1#0").clampTo(400, "clamp"))
                                .getFirst())
                .toolCalls()
                .getFirst();

        assertThat(call.arguments().length()).isLessThan(1_000);
        assertThat(call.json().orElseThrow().get("n")).contains(Json.of(1));
        assertThat(call.json().orElseThrow().string("text").orElseThrow()).contains("characters left out");
    }
}
