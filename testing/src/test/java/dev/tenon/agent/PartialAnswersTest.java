package dev.tenon.agent;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.output.Partial;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.run.Watch;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A typed answer is seen while it grows, whichever way the model is asked for it, and whatever its type. */
@Timeout(60)
class PartialAnswersTest {
    record Place(String city, List<Integer> years) {}

    sealed interface Shape {
        record Circle(double radius) implements Shape {}

        record Square(double side) implements Shape {}
    }

    private static final TypeRef<List<Place>> PLACES = new TypeRef<>() {};

    /** How a model is asked for an answer. */
    enum Road {
        NATIVE,
        TOOL,
        PROMPT;

        private ModelInfo info() {
            ModelInfo info = ModelInfo.of("scripted", "model");
            return switch (this) {
                case NATIVE -> info.withAbilities(Ability.JSON_SCHEMA, Ability.TOOLS);
                case TOOL -> info.withAbilities(Ability.TOOLS);
                case PROMPT -> info;
            };
        }

        /** The model gives this answer, a character at a time; what is no object in one where the road wants an object. */
        Reply says(String answer, boolean object) {
            String said = object || this == PROMPT ? answer : "{\"value\": " + answer + "}";
            return this == TOOL ? toolCall("final_answer", said.split("")) : reply(said.split(""));
        }

        Agent agent(Reply... replies) {
            return Agent.builder(ScriptedProvider.of(info(), replies))
                    .tools(Tool.of("look", "Looks", Place.class, place -> "seen"))
                    .build();
        }
    }

    /** What was told, the same thing once. */
    private static final class Told<T> implements Consumer<Partial<T>> {
        private final List<String> growing = new ArrayList<>();
        private final List<String> finished = new ArrayList<>();
        private final List<Json> items = new ArrayList<>();
        private final List<Json> documents = new ArrayList<>();
        private final List<T> values = new ArrayList<>();

        private static <V> void add(List<V> to, V next) {
            if (to.isEmpty() || !to.getLast().equals(next)) {
                to.add(next);
            }
        }

        @Override
        public void accept(Partial<T> partial) {
            partial.growing().ifPresent(place -> add(growing, place));
            partial.finished().forEach(one -> finished.add(one.pointer() + "=" + one.value()));
            items.addAll(partial.items(""));
            partial.json().ifPresent(json -> add(documents, json));
            partial.value().ifPresent(value -> add(values, value));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anObjectIsToldFieldByField(Road road) {
        Told<Place> told = new Told<>();

        road.agent(road.says("{\"city\": \"Rome\", \"years\": [1960, 2024]}", true))
                .run(RunRequest.of("?"), Place.class, Watch.partials(Place.class, told));

        assertThat(told.growing).containsSubsequence("", "/city", "", "/years", "/years/0", "/years", "/years/1");
        assertThat(told.finished)
                .containsExactly("/city=\"Rome\"", "/years/0=1960", "/years/1=2024", "/years=[1960,2024]");
        assertThat(told.documents)
                .contains(Json.parse("{\"city\": \"Ro\"}"), Json.parse("{\"city\": \"Rome\", \"years\": [1960]}"));
        assertThat(told.values.getLast()).isEqualTo(new Place("Rome", List.of(1960, 2024)));
    }

    @ParameterizedTest
    @EnumSource
    void theItemsOfAListAreToldAsTheyFinish(Road road) {
        Told<List<Place>> told = new Told<>();
        String answer = "[{\"city\": \"Rome\", \"years\": [1960]}, {\"city\": \"Oslo\", \"years\": [1952]}]";

        road.agent(road.says(answer, false)).run(RunRequest.of("?").output(PLACES), Watch.partials(PLACES, told));

        assertThat(told.items).isEqualTo(Json.parse(answer).asArr().items());
        assertThat(told.finished)
                .startsWith("/0/city=\"Rome\"", "/0/years/0=1960", "/0/years=[1960]")
                .allMatch(one -> one.startsWith("/0") || one.startsWith("/1") || one.startsWith("=["));
        assertThat(told.growing).contains("/0/city", "/1/years/0").allMatch(place -> !place.contains("value"));
        assertThat(told.documents)
                .contains(Json.parse("[{\"city\": \"Rome\", \"years\": [1960]}, {\"city\": \"Os\"}]"))
                .allMatch(json -> json instanceof Json.Arr);
        assertThat(told.values.getLast())
                .containsExactly(new Place("Rome", List.of(1960)), new Place("Oslo", List.of(1952)));
    }

    @ParameterizedTest
    @EnumSource
    void oneOfSeveralTypesIsToldFieldByField(Road road) {
        Told<Shape> told = new Told<>();

        road.agent(road.says("{\"type\": \"circle\", \"radius\": 2.5}", false))
                .run(RunRequest.of("?"), Shape.class, Watch.partials(Shape.class, told));

        assertThat(told.finished).startsWith("/type=\"circle\"", "/radius=2.5");
        assertThat(told.growing).contains("/type", "/radius");
        assertThat(told.values.getLast()).isEqualTo(new Shape.Circle(2.5));
    }

    @ParameterizedTest
    @EnumSource(names = "PROMPT", mode = EnumSource.Mode.EXCLUDE) // In words a text in quotes may be prose.
    void aTextAloneGrows(Road road) {
        Told<String> told = new Told<>();

        road.agent(road.says("\"Rome\"", false))
                .run(RunRequest.of("?"), String.class, Watch.partials(String.class, told));

        assertThat(told.documents.getLast()).isEqualTo(Json.of("Rome"));
        assertThat(told.finished).containsExactly("=\"Rome\"");
    }

    @ParameterizedTest
    @EnumSource
    void whatOtherToolsAreCalledWithIsNotTold(Road road) {
        Agent agent = road.agent(
                reply("I look at ", "it.").and(toolCall("look", "{\"city\": \"Bergen\", \"years\": [1]}")),
                road.says("{\"city\": \"Rome\", \"years\": []}", true));
        Told<Place> told = new Told<>();

        agent.run(RunRequest.of("?"), Place.class, Watch.partials(Place.class, told));

        assertThat(told.finished).containsExactly("/city=\"Rome\"", "/years=[]");
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatGoesBackIsToldAnew(Road road) {
        Told<List<Place>> told = new Told<>();

        road.agent(road.says("[{\"city\": 1}]", false), road.says("[{\"city\": \"Rome\", \"years\": []}]", false))
                .run(RunRequest.of("?").output(PLACES), Watch.partials(PLACES, told));

        assertThat(told.items)
                .containsExactly(Json.parse("{\"city\": 1}"), Json.parse("{\"city\": \"Rome\", \"years\": []}"));
    }
}
