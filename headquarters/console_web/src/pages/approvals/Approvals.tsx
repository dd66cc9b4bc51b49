// To come.
export default function Page() {
  return <div className="page" />;
}
