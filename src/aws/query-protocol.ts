import { AwsQueryProtocol, XmlShapeDeserializer } from "@aws-sdk/core/protocols";
import { readXml } from "./xml.ts";

/**
 * The SDK's protocol of IAM and STS, but that it reads XML by `readXml`: its own reader adds text up letter by letter,
 * which for a page of a thousand roles makes a hundred times the page in garbage.
 */
export class QueryProtocol extends AwsQueryProtocol {
  constructor(options: ConstructorParameters<typeof AwsQueryProtocol>[0]) {
    super(options);
    this.deserializer = new Deserializer(this.deserializer.settings);
  }
}

class Deserializer extends XmlShapeDeserializer {
  protected override parseXml(xml: string): unknown {
    return xml === "" ? {} : readXml(xml);
  }
}
