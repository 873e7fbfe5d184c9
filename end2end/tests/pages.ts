// Every page that a signed-in person can open.
import { demo } from "./tidemark.ts";

const tenant = `/t/${demo.tenant}`;

export const pages = [
  { name: "overview", path: tenant, heading: "Overview" },
  { name: "repository", path: `${tenant}/r/jonescompneurolab/hnn-core?period=90d`, heading: /hnn-core/ },
  { name: "repositories", path: `${tenant}/repositories`, heading: "Repositories" },
  { name: "collection", path: `${tenant}/collection`, heading: "Collection" },
];
