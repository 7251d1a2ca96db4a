package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.run.Runner;
import dev.tenon.testing.Property;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A workflow can be looked at, and so can what became of a run of it. */
class PictureTest {
    private static Document xml(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static final String HOSTILE =
            "</text><script>alert(1)</script>\" onload=\"x\" ]]> & <!-- `\"]; click n0 href \"javascript:x\" %%"
                    + " \u0000\ud800\u202e";

    @Test
    void noTextOfADefinitionHasAMeaningInAPicture() throws Exception {
        Definition definition = new Definition(
                HOSTILE,
                "",
                HOSTILE,
                dev.tenon.schema.JsonSchema.ANY,
                StepOptions.GIVEN,
                java.util.Map.of(),
                java.util.Map.of(),
                java.util.Map.of(),
                List.of(),
                1,
                Step.choose(HOSTILE)
                        .on(HOSTILE, Step.tool(HOSTILE).named(HOSTILE).as(HOSTILE))
                        .otherwise(Step.ask(HOSTILE)));
        Document svg = xml(Picture.of(definition).svg());
        onlyShapes(svg.getDocumentElement());
        for (String line : Picture.of(definition).mermaid().split("\n")) {
            assertThat(line)
                    .matches("flowchart TD|    n[0-9]+[\\[({]+\"[^\"<>`;]*(?:(?:<br/>|#[0-9]+;)[^\"<>`;]*)*\"[\\])}]+|"
                            + "    n[0-9]+ -->(?:\\|\"[^\"<>`;]*(?:#[0-9]+;[^\"<>`;]*)*\"\\|)? n[0-9]+");
        }
    }

    private static final Set<String> SHAPES = Set.of("svg", "title", "defs", "marker", "path", "rect", "g", "text");

    /** No scripts, no links, nothing from elsewhere. */
    private static void onlyShapes(Element element) {
        assertThat(SHAPES).contains(element.getTagName());
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            String name = element.getAttributes().item(i).getNodeName();
            assertThat(name).doesNotStartWith("on").isNotIn("href", "xlink:href", "style", "src");
            String value = element.getAttributes().item(i).getNodeValue();
            assertThat(value.replace("http://www.w3.org/2000/svg", "").replace("url(#end)", ""))
                    .doesNotContain(":", "url(");
        }
        NodeList children = element.getChildNodes();
        for (int i = 0; i < children.getLength(); i++) {
            if (children.item(i) instanceof Element child) {
                onlyShapes(child);
            }
        }
    }

    @Test
    void everyDefinitionCanBeDrawnAndNoBoxLiesOnAnother() {
        Property.forAll(200, Definitions.any(), definition -> {
            assertThat(Picture.of(definition).mermaid()).startsWith("flowchart TD\n");
            Document svg = xml(Picture.of(definition).svg());
            onlyShapes(svg.getDocumentElement());
            List<double[]> boxes = new ArrayList<>();
            NodeList groups = svg.getElementsByTagName("g");
            for (int i = 0; i < groups.getLength(); i++) {
                NodeList rects = ((Element) groups.item(i)).getElementsByTagName("rect");
                if (rects.getLength() == 1 && rects.item(0) instanceof Element rect) {
                    boxes.add(new double[] {of(rect, "x"), of(rect, "y"), of(rect, "width"), of(rect, "height")});
                }
            }
            for (int i = 0; i < boxes.size(); i++) {
                for (int j = 0; j < i; j++) {
                    double[] a = boxes.get(i);
                    double[] b = boxes.get(j);
                    boolean apart = a[0] + a[2] <= b[0] + 1
                            || b[0] + b[2] <= a[0] + 1
                            || a[1] + a[3] <= b[1] + 1
                            || b[1] + b[3] <= a[1] + 1;
                    assertThat(apart).as("boxes " + i + " and " + j).isTrue();
                }
            }
        });
    }

    private static double of(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static Workflow order() {
        return Workflow.named("order")
                .registry(Registry.EMPTY
                        .function("price", (input, context) -> Json.of(7))
                        .function("ship", (input, context) -> {
                            throw new IllegalStateException("no <van>");
                        })
                        .function("refund", (input, context) -> Json.NULL))
                .sequence(
                        Step.loop(Step.function("price").as("cents")).atMost(3),
                        Step.when("cents > 5", Step.function("ship").named("shipping"))
                                .otherwise(Step.function("refund")));
    }

    @Test
    void mermaidShowsTheWays() {
        assertThat(Picture.of(order().definition()).mermaid()).isEqualTo("""
            flowchart TD
                n0(["order"])
                n1{{"loop at most 3"}}
                n2["function price<br/>as cents"]
                n3{"when cents #62; 5"}
                n4["shipping"]
                n5["function refund"]
                n6(["end"])
                n0 --> n1
                n1 --> n2
                n2 -->|"again"| n1
                n2 --> n3
                n3 -->|"yes"| n4
                n3 -->|"no"| n5
                n4 --> n6
                n5 --> n6
            """);
    }

    @Test
    void aRunIsLaidOverIt() throws Exception {
        Journal journal = Journal.inMemory();
        WorkflowResult result =
                Runner.journalled(journal).run(order(), WorkflowRequest.empty().id("run-1"));
        assertThat(result.completed()).isFalse();
        Picture picture = Picture.of(order().definition()).over(journal.read("run-1"));
        assertThat(picture.mermaid().replaceAll("[0-9.]+ m?s", "T"))
                .contains("n2[\"function price<br/>as cents<br/>3 times, T\"]:::done")
                .containsPattern("n4\\[\"shipping<br/>T<br/>[A-Za-z_.]+\"]:::failed")
                .contains("n5[\"function refund\"]\n")
                .contains("classDef failed");
        String svg = picture.svg();
        xml(svg);
        assertThat(svg)
                .contains("3 times, ", "no &lt;van&gt;", "stroke=\"#c62828\"")
                .doesNotContain("<van>");
    }

    /** The keys of a picture's boxes are those of the plan: else a run could not be laid over it. */
    @Test
    void everyStepHasTheKeyThatRunsKnow() {
        Registry registry = Registry.EMPTY.function("f", (input, context) -> input);
        Step all = Step.sequence(
                Step.parallel(Step.function("f"), Step.sequence(Step.function("f"))),
                Step.when("true", Step.function("f")).named("w"),
                Step.choose("$last")
                        .on("a", Step.function("f"))
                        .on("b/c", Step.function("f"))
                        .otherwise(Step.function("f")),
                Step.loop(Step.function("f").orElse(Step.function("f"), Step.function("f")))
                        .atMost(2),
                Step.map("[1]", Step.function("f").compensate(Step.function("f"))),
                Step.graph(Step.Node.of("one", Step.function("f")), Step.Node.of("two", Step.function("f"), "one")),
                Step.approval("?").otherwise(Step.function("f")));
        Set<String> planned = new TreeSet<>();
        for (Node node : Plan.of(Definition.of("a", all), registry, new Problems()).nodes) {
            planned.add(node.key);
        }
        assertThat(Picture.keys(all)).isEqualTo(planned);
    }

    @Test
    void whatIsTooLargeToBeLookedAtIsRefused() {
        List<Step> many = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            many.add(Step.function("f"));
        }
        Picture picture = Picture.of(Definition.of("many", Step.sequence(many)));
        assertThatThrownBy(picture::svg)
                .hasMessage("\"many\" has more than 2000 steps, which is no picture that can be looked at; draw its"
                        + " sub-workflows one by one");
    }
}
